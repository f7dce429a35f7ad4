"""Answers of the services to the portal, and people who are signed in."""

import base64
import json
import re
import time
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from chassis.ground.clock import now
from tests.gateway.stubs import Stub

TIC = "REMBOURSEMENT_TIC"
ACCOUNT = {"status": "ACTIF", "version": 3, "awaited_login_email": None, "awaited_contact_email": None}
FIREFOX = {"browser": "Firefox", "system": "Windows"}
UNKNOWN = {"browser": None, "system": None}
CAPTCHA = "0190a0b0-0000-7000-8000-000000000001"


def a_captcha(minutes: float = 10) -> dict[str, str]:
    return {"captcha_id": CAPTCHA, "expires_at": _in(minutes)}


def a_link_state(**changes: Any) -> dict[str, Any]:
    """Return identity's answer about an activation link that can be used."""
    person = {"login_email": "camille@tilleuls.example", "last_name": "Durand", "first_name": "Camille"}
    return {"expires_at": _in(60), **person, **changes}


def a_recovery_link(**changes: Any) -> dict[str, Any]:
    return a_link_state(secret_question="Premier animal ?", tries_left=5, **changes)


def an_access_token(
    account_id: int = 42, seconds: float = 900, issued: float = -60, role: str | None = None, sid: str = "7"
) -> str:
    """Return a token like identity's, but without a signature: the portal verifies none. Times are seconds from now."""
    at = time.time()
    claims = {"sub": str(account_id), "kind": "person", "iat": int(at + issued), "exp": int(at + seconds), "sid": sid}
    claims |= {"role": role} if role else {}
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({}, claims, ""))
    return ".".join(encoded)


def tokens(
    account_id: int = 42,
    seconds: float = 900,
    refresh: str = "refresh-1",
    issued: float = -60,
    role: str | None = None,
) -> dict[str, Any]:
    access = an_access_token(account_id, seconds, issued, role)
    return {"access_token": access, "token_type": "Bearer", "expires_in": int(seconds), "refresh_token": refresh}


def signed_in(device: str = "device-1", days: float = 400, **values: Any) -> dict[str, Any]:
    """Return identity's answer to a full sign-in."""
    return tokens(**values) | {"device_token": device, "device_known_until": _in(days * 24 * 60)}


def sign_in(client: FlaskClient, **values: Any) -> None:
    with client.session_transaction() as session:
        answer = tokens(**values)
        session["access"], session["refresh"] = answer["access_token"], answer["refresh_token"]


def csrf_of(client: FlaskClient, page: str) -> str:
    """Return the CSRF token in the forms of a page."""
    return csrf_in(client.get(page).text)


def csrf_in(page: str) -> str:
    match = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert match, page
    return match[1]


def a_summary(structure_id: int = 7, name: str = "EARL des Tilleuls") -> dict[str, Any]:
    return {
        "structure_id": structure_id,
        "identifier": "13001977100018",
        "identifier_type": "SIRET",
        "name": name,
    }


def an_attached_structure(structure_id: int = 7, name: str = "EARL des Tilleuls") -> dict[str, Any]:
    """Return a structure as the structures service names it beside an attachment."""
    return {**a_summary(structure_id, name), "verified": True}


def a_structure(structure_id: int = 7, **changes: Any) -> dict[str, Any]:
    return {
        **a_summary(structure_id),
        "label": "Les Tilleuls",
        "email": None,
        "rcs_number": None,
        "vat_number": None,
        "is_centre_de_gestion": False,
        "is_public": False,
        "is_edi_emitter": False,
        "receives_edi_life_cycles": False,
        "accepts_attachment_requests": True,
        "street": "10 rue du Centre",
        "complement_1": "Immeuble B",
        "complement_2": None,
        "postcode": "93160",
        "town": "Noisy-le-Grand",
        "country": "FR",
        "telephone": None,
        "fax": None,
        "status": "ACTIF",
        "verified": True,
        "awaits_verification": False,
        "is_confirmed": True,
        "is_hidden": False,
        "created_at": "2026-11-24T08:00:00+00:00",
        **changes,
    }


def an_establishment(**changes: Any) -> dict[str, Any]:
    """Return the directory's entry, as the structures service has it."""
    usual = {"siret": "13001977100018", "name": "AIFE", "label": None, "street": "10 RUE DU CENTRE"}
    address = {
        "complement_1": None,
        "complement_2": None,
        "postcode": "93160",
        "town": "NOISY LE GRAND",
        "country": "FR",
    }
    return {**usual, **address, "is_hidden": False, "is_public": True, "status": "ACTIF", **changes}


def a_public_structure() -> dict[str, Any]:
    """Return a structure as anyone may see it (S-03)."""
    members = ("label", "street", "complement_1", "complement_2", "postcode", "town", "country", "status")
    return {**a_summary(), **{member: a_structure()[member] for member in members}}


def an_attachment(status: str = "VALIDEE", role: str = "GESTIONNAIRE_PRINCIPAL", **changes: Any) -> dict[str, Any]:
    return {
        "attachment_id": 71,
        "structure": an_attached_structure(),
        "role": role,
        "status": status,
        "requested_at": "2026-11-24T08:00:00+00:00",
        "reason": None,
        **changes,
    }


def a_person(**changes: Any) -> dict[str, Any]:
    return {
        "account_id": 43,
        "last_name": "Morel",
        "first_name": "Jeanne",
        "login_email": "jeanne@tilleuls.example",
        "status": "ACTIF",
        **changes,
    }


def a_subscriber(**changes: Any) -> dict[str, Any]:
    """Return a person as the espaces service has them, without address."""
    return {"account_id": 43, "last_name": "Morel", "first_name": "Jeanne", "is_active": True, **changes}


def an_account(**changes: Any) -> dict[str, Any]:
    address = {"street": "3 chemin des Prés", "postcode": "64000", "town": "Pau", "country": "FR"}
    return {**a_person(account_id=42), "contact_email": "contact@tilleuls.example", **address, **ACCOUNT, **changes}


def a_known_account(**changes: Any) -> dict[str, Any]:
    """Return an account as identity answers it to operators."""
    moments = {"registered_at": "2026-11-23T08:00:00+00:00", "activated_at": "2026-11-23T09:00:00+00:00"}
    contact = {"contact_email": "contact@tilleuls.example", "awaited_contact_email": None}
    usual = {"status": "ACTIF", "operator_since": None, "has_second_factor": False}
    return {**a_person(), **contact, **moments, **usual, **changes}


def an_espace(is_open: bool = False, **changes: Any) -> dict[str, Any]:
    espace = {
        "espace": TIC,
        "label": "Demande de remboursement TIC",
        "permissions": ["CONSULTATION_UNIQUEMENT", "MODIFICATION"],
        "for_managers": False,
        "options": [
            {
                "code": "categorie",
                "label": "Catégorie de bénéficiaires",
                "type": "choice",
                "required": True,
                "most": 250,
                "pattern": None,
                "help": None,
                "choices": [{"code": "CUMA", "label": "CUMA"}, {"code": "FORESTIER", "label": "Exploitant forestier"}],
            },
            {
                "code": "pacage",
                "label": "Numéro PACAGE",
                "type": "text",
                "required": False,
                "most": 250,
                "choices": [],
                "pattern": "[0-9]{9}",
                "help": "9 chiffres.",
            },
        ],
        "opening": an_opening() if is_open else None,
        "available": True,
        "unavailable_code": None,
    }
    return {**espace, **changes}


def an_opening() -> dict[str, Any]:
    return {
        "opening_id": 5,
        "structure_id": 7,
        "espace": TIC,
        "label": "Demande de remboursement TIC",
        "permissions": ["CONSULTATION_UNIQUEMENT", "MODIFICATION"],
        "options": {"categorie": "CUMA"},
        "status": "ACTIVE",
        "opened_at": "2026-11-24T08:00:00+00:00",
    }


def a_subscription(status: str = "VALIDE", **changes: Any) -> dict[str, Any]:
    return {
        "subscription_id": 91,
        "structure": a_summary(),
        "espace": TIC,
        "label": "Demande de remboursement TIC",
        "permission": "MODIFICATION",
        "status": status,
        "requested_on": "2026-11-24",
        "reason": None,
        **changes,
    }


def a_menu_entry() -> dict[str, Any]:
    permissions = ["CONSULTATION_UNIQUEMENT", "MODIFICATION"]
    structure = {
        "structure_id": 7,
        "identifier": "13001977100018",
        "name": "EARL des Tilleuls",
        "permissions": permissions,
    }
    return {"espace": TIC, "label": "Demande de remboursement TIC", "structures": [structure]}


def a_session(**changes: Any) -> dict[str, Any]:
    usual = {
        "session_id": 7,
        "device": FIREFOX,
        "address": "203.0.113.7",
        "opened_at": "2026-11-24T13:02:00+00:00",
        "last_used_at": "2026-11-24T15:30:00+00:00",
        "expires_at": "2026-12-24T15:30:00+00:00",
        "is_current": False,
    }
    return {**usual, **changes}


def an_entry(**changes: Any) -> dict[str, Any]:
    usual = {
        "happened_at": "2026-11-24T13:02:00+00:00",
        "what": "signed_in",
        "address": "203.0.113.7",
        "device": FIREFOX,
        "by_operator": False,
    }
    return {**usual, **changes}


def a_passkey() -> dict[str, Any]:
    return {
        "passkey_id": 1,
        "name": "Clé du bureau",
        "added_at": "2026-11-24T08:00:00+00:00",
        "last_used_at": None,
    }


def listed(*items: Any) -> dict[str, Any]:
    """Return the only page of a list."""
    return {"items": list(items), "next": None}


def a_list(*items: Any) -> dict[str, Any]:
    """Return a list that has no pages."""
    return {"items": list(items)}


def nobody_yet(structures: Stub, espaces: Stub) -> None:
    """Answer for a person with an account and nothing else."""
    structures.answer("GET", "/attachments", listed())
    espaces.answer("GET", "/subscriptions", listed())
    espaces.answer("GET", "/menu", a_list())


def a_manager(identity: Stub, structures: Stub, espaces: Stub) -> None:
    """Answer for the manager of a structure with an open espace and pending requests."""
    identity.answer("GET", "/accounts/me", an_account())
    structures.answer("GET", "/structures", listed(a_structure()))
    structures.answer("GET", "/structures/7", a_structure())
    structures.answer("GET", "/attachments", listed(an_attachment()))
    waiting = an_attachment(
        "EN_COURS_DE_VALIDATION", "UTILISATEUR", person=a_person(), comment="Je tiens la comptabilité."
    )
    structures.answer("GET", "/structures/7/attachments", listed(waiting))
    factures = an_espace(espace="FACTURES_EMISES", label="Mes factures émises", options=[])
    espaces.answer("GET", "/structures/7/espaces", a_list(an_espace(is_open=True), factures))
    espaces.answer("GET", "/subscriptions", listed(a_subscription(), a_subscription("REFUSE", reason="Doublon.")))
    requested = a_subscription("EN_COURS_DE_VALIDATION", person=a_subscriber(), comment="")
    espaces.answer("GET", "/structures/7/subscriptions", listed(requested))
    espaces.answer("GET", "/menu", a_list(a_menu_entry()))


def _in(minutes: float) -> str:
    return (now() + timedelta(minutes=minutes)).isoformat()
