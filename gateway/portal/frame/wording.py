"""Wording: French labels for the values that services send, names, dates, typography."""

import datetime
import functools
import re
import unicodedata
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

from chassis.ground.countries import codes
from gateway.messages.happenings import HAPPENINGS

FRENCH = Locale("fr")
PARIS = ZoneInfo("Europe/Paris")

IDENTIFIER_TYPES = {
    "SIRET": "Structure avec n° SIRET",
    "UE_HORS_FRANCE": "Structure de l'Union européenne, hors France",
    "HORS_UE": "Structure hors Union européenne",
    "RIDET": "RIDET (Nouvelle-Calédonie)",
    "TAHITI": "Numéro TAHITI (Polynésie française)",
    "AUTRE": "Structure en cours d'immatriculation",
    "PARTICULIER": "Particulier",
}
IDENTIFIERS = {
    "SIRET": "SIRET",
    "UE_HORS_FRANCE": "N° TVA intracommunautaire",
    "HORS_UE": "Identifiant hors UE",
    "RIDET": "RIDET",
    "TAHITI": "Numéro TAHITI",
    "AUTRE": "Identifiant provisoire",
    "PARTICULIER": "Identifiant",
}
IDENTIFIER_HINTS = {
    "UE_HORS_FRANCE": "Le numéro de TVA intracommunautaire, avec le code du pays, par exemple DE136695976.",
    "HORS_UE": (
        "Le code du pays sur deux lettres, puis les premières lettres de la raison sociale : 18 caractères au plus, "
        "par exemple CHFROMAGES. Laissez vide : nous le formons d'après le pays et la raison sociale."
    ),
    "RIDET": "9 ou 10 chiffres.",
    "TAHITI": "9 caractères.",
    "AUTRE": "Une référence qui vous permettra de reconnaître cette structure.",
    "PARTICULIER": "Une référence qui vous permettra de reconnaître cette personne.",
}
ROLES = {
    "GESTIONNAIRE_PRINCIPAL": "Gestionnaire principal",
    "GESTIONNAIRE_SECONDAIRE": "Gestionnaire secondaire",
    "UTILISATEUR": "Utilisateur",
}
PERMISSIONS = {"CONSULTATION_UNIQUEMENT": "Consultation", "MODIFICATION": "Modification"}
STATUSES: Mapping[str, tuple[str, str]] = {
    "ACTIF": ("Active", "done"),
    "INACTIF": ("Inactive", "bad"),
    "ACTIVE": ("Ouvert", "done"),
    "EN_COURS_DE_VALIDATION": ("En attente", "wait"),
    "VALIDEE": ("Validé", "done"),
    "VALIDE": ("Validé", "done"),
    "REFUSEE": ("Refusé", "bad"),
    "REFUSE": ("Refusé", "bad"),
    "DESACTIVEE": ("Désactivé", "bad"),
    "SUPPRIMEE": ("Supprimé", "plain"),
    "SUPPRIME": ("Supprimé", "plain"),
    "EXPIRE": ("Expiré", "bad"),
}
"""Wire value → label and kind of tag."""
ACCOUNT_STATUSES: Mapping[str, tuple[str, str]] = {
    "EN_ATTENTE_ACTIVATION": ("En attente d'activation", "wait"),
    "ACTIF": ("Actif", "done"),
    "DESACTIVE": ("Désactivé", "bad"),
    "EFFACE": ("Effacé", "plain"),
}
"""Wire value of an account's status → label and kind of tag."""
PUBLIC_OR_PRIVATE = {True: "Publique", False: "Privée"}
YES_OR_NO = {True: "Oui", False: "Non"}
SECRET_QUESTIONS = (
    "Quel était le nom de votre premier animal ?",
    "Dans quelle commune vos parents se sont-ils rencontrés ?",
    "Quel était le nom de votre première école ?",
    "Quel est le prénom de votre plus ancien ami d'enfance ?",
    "Quel a été le modèle de votre premier véhicule ?",
)
PENDING = "EN_COURS_DE_VALIDATION"
ATTACHED = "VALIDEE"
ACTIVE = "ACTIF"
PRINCIPAL = "GESTIONNAIRE_PRINCIPAL"
AWAITS_ACTIVATION = "EN_ATTENTE_ACTIVATION"
DEACTIVATED = "DESACTIVE"
MANAGERS = frozenset({PRINCIPAL, "GESTIONNAIRE_SECONDAIRE"})


def status(value: str) -> tuple[str, str]:
    return STATUSES.get(value, (value, "plain"))


def account_status(value: str) -> tuple[str, str]:
    return ACCOUNT_STATUSES.get(value, (value, "plain"))


def role(value: str) -> str:
    return ROLES.get(value, value)


def permission(value: str) -> str:
    return PERMISSIONS.get(value, value)


def permissions(values: list[str]) -> str:
    """Return the permissions as a list in words: `Consultation et modification`."""
    return " et ".join(permission(value) for value in values).capitalize()


def identifier(structure: Mapping[str, str]) -> str:
    """Return kind and number, grouped so that it can be read aloud: `SIRET 130 019 771 00018`."""
    kind, value = structure["identifier_type"], structure["identifier"]
    return f"{IDENTIFIERS.get(kind, 'Identifiant')} {siret(value) if kind == 'SIRET' else value}"


def siret(value: str) -> str:
    return f"{value[:3]}\N{NO-BREAK SPACE}{value[3:6]}\N{NO-BREAK SPACE}{value[6:9]}\N{NO-BREAK SPACE}{value[9:]}"


def person(account: Mapping[str, object]) -> str:
    """Return a person's name, or their account number where the service has not received the name yet."""
    name = f"{account.get('first_name') or ''} {account.get('last_name') or ''}".strip()
    return name or f"Compte n° {account['account_id']}"


def country(code: str) -> str:
    return str(FRENCH.territories.get(code, code))


@functools.cache
def countries() -> list[tuple[str, str]]:
    """Return code and name of each country: France first, then in French alphabetical order."""
    named = [(code, name) for code, name in FRENCH.territories.items() if code in codes()]
    others = sorted((choice for choice in named if choice[0] != "FR"), key=lambda choice: _sortable(choice[1]))
    return [("FR", "France"), *others]


def date(value: str) -> str:
    """Return the date in Paris, `24 novembre 2026`, of an ISO 8601 date or time."""
    if len(value) == len("2026-11-24"):
        return format_date(datetime.date.fromisoformat(value), "long", FRENCH)
    return format_date(datetime.datetime.fromisoformat(value).astimezone(PARIS).date(), "long", FRENCH)


def moment(value: str) -> str:
    """Return date and time in Paris, `24 novembre 2026 à 14:02`, of an ISO 8601 time."""
    at = datetime.datetime.fromisoformat(value).astimezone(PARIS)
    return f"{format_date(at.date(), 'long', FRENCH)} à {format_time(at.time(), 'short', locale=FRENCH)}"


def device(recognized: Mapping[str, str | None]) -> str:
    """Return browser and system in words, `Firefox sur Windows`, as far as they were recognized."""
    names = [name for name in (recognized["browser"], recognized["system"]) if name]
    return " sur ".join(names) or "Appareil inconnu"


def happening(what: str) -> str:
    return HAPPENINGS.get(what, what)


def today() -> datetime.date:
    return datetime.datetime.now(PARIS).date()


def typeset(sentence: str) -> str:
    """Replace the space before French punctuation, and within quotation marks, by one that does not break."""
    return re.sub(r"(?<=«) | (?=[»:;?!])", "\N{NO-BREAK SPACE}", sentence)


def _sortable(name: str) -> str:
    """Return a sort key without accents: `Équateur` comes between `Égypte` and `Érythrée`, all under E."""
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()
