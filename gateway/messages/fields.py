"""Fields: their French labels, and the French sentence for each code of an input error."""

from typing import ClassVar

from gateway.messages import refusals

FIELD_ERRORS = {
    "required": "Cette information est obligatoire. Indiquez-la.",
    "invalid": "Cette valeur n'a pas la forme attendue. Corrigez-la.",
    "looks_like_a_link": "Un nom ne peut contenir ni adresse de site, ni adresse électronique. Retirez-les.",
    "invalid_characters": "Cette valeur contient des caractères qui ne sont pas permis. Retirez-les.",
    "too_long": "Cette valeur est trop longue. Raccourcissez-la.",
    "too_short": "Cette valeur est trop courte. Complétez-la.",
    "out_of_range": "Cette valeur est hors des limites permises. Choisissez-en une autre.",
    "unknown_field": "Cette information n'est pas attendue. Retirez-la.",
    "not_a_choice": "Choisissez une des valeurs proposées.",
    "not_an_email": "Cette adresse électronique n'est pas valable. Donnez-lui la forme de nom@exemple.fr.",
    "not_a_country": "Choisissez un pays par son code ISO à deux lettres : FR, ou GB pour le Royaume-Uni.",
    "criterion_needed": "Indiquez au moins un nom, un identifiant, un libellé, un code postal ou une ville.",
    "duplicate": "Cette valeur est donnée plusieurs fois. N'en gardez qu'une.",
    "unknown_option": "Cet espace n'a pas cette option. Retirez-la.",
}

LABELS = {
    "body": "Corps de la requête",
    # Account
    "login_email": "Adresse de connexion",
    "contact_email": "Adresse électronique de contact",
    "last_name": "Nom",
    "first_name": "Prénom",
    "captcha_id": "Captcha",
    "captcha_answer": "Caractères de l'image",
    "token": "Lien d'activation",
    "password": "Mot de passe",
    "current_password": "Mot de passe actuel",
    "version": "Version lue",
    "secret_question": "Question secrète",
    "secret_answer": "Réponse secrète",
    "challenge": "Demande de second facteur",
    "device_tokens": "Jetons de l'appareil",
    "code": "Code à 6 chiffres",
    "recovery_code": "Code de secours",
    "passkey": "Clé d'accès",
    "credential": "Réponse du navigateur",
    "access_token": "Jeton d'accès",
    "refresh_token": "Jeton de prolongation",
    "account_id": "Compte",
    # Address
    "street": "Numéro et voie",
    "complement_1": "Complément d'adresse 1",
    "complement_2": "Complément d'adresse 2",
    "postcode": "Code postal",
    "town": "Ville",
    "country": "Pays",
    "telephone": "Téléphone",
    "fax": "Télécopie",
    "email": "Adresse électronique",
    # Structure
    "structure_id": "Structure",
    "siret": "SIRET",
    "identifier_type": "Type d'identifiant",
    "identifier": "Identifiant",
    "name": "Raison sociale",
    "label": "Libellé",
    "status": "Statut",
    "rcs_number": "Numéro RCS",
    "vat_number": "Numéro de TVA intracommunautaire",
    "is_centre_de_gestion": "Centre de gestion agricole",
    "is_public": "Structure publique",
    "is_edi_emitter": "Émetteur de flux EDI",
    "receives_edi_life_cycles": "Réception des cycles de vie EDI",
    "accepts_attachment_requests": "Demande de rattachement active",
    # Requests and decisions
    "attachment_id": "Rattachement",
    "attachment_ids": "Rattachements",
    "subscription_id": "Abonnement",
    "subscription_ids": "Abonnements",
    "comment": "Commentaire",
    "decision": "Décision",
    "reason": "Motif",
    "requested_on": "Date de la demande",
    # Espaces
    "espace": "Espace",
    "permission": "Habilitation",
    "permissions": "Habilitations",
    "options": "Options",
    "checks": "Vérifications",
    # Lists
    "after": "Page suivante",
    "limit": "Éléments par page",
}
DEFAULT = "Cette valeur n'est pas acceptée. Corrigez-la."


def sentence(code: str) -> str:
    """Return the sentence for an input error, to show beside its field."""
    return FIELD_ERRORS.get(code) or refusals.SENTENCES.get(code) or DEFAULT


def labelled_sentence(code: str, field: str) -> str:
    """Return the sentence with its field named: `Code postal : cette information est obligatoire.`."""
    text = sentence(code)
    return f"{label(field)} : {text[0].lower()}{text[1:]}"


def label(field: str) -> str:
    """Return the portal's label of a field, or the field's own name when it has none.

    An index in the path is skipped: `checks.3.espace` has the label of `espace`.
    """
    last = next((part for part in reversed(field.split(".")) if not part.isdecimal()), field)
    return LABELS.get(field) or LABELS.get(last) or last


class OfTheLibrary:
    """Sentences for what WTForms itself refuses, by its English ones."""

    OWN: ClassVar = {
        "Not a valid choice.": FIELD_ERRORS["not_a_choice"],
        "Not a valid integer value.": "Indiquez un nombre entier, en chiffres.",
        "Not a valid date value.": "Indiquez une date : le jour, le mois, puis l'année.",
        "This field is required.": FIELD_ERRORS["required"],
    }

    def gettext(self, english: str) -> str:
        return self.OWN.get(english, FIELD_ERRORS["invalid"])

    def ngettext(self, english: str, _plural: str, _number: int) -> str:
        return self.gettext(english)
