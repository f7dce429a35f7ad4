"""Form of a structure's fields (S-07), for a new structure and for changes."""

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import ValidationError

from gateway.portal.frame.forms import PortalForm, box, choices, country, email, text

PLAIN = (
    "name", "label", "email", "rcs_number", "vat_number", "street", "complement_1", "complement_2", "postcode", "town",
    "country", "telephone", "fax", "status", "is_centre_de_gestion", "is_edi_emitter", "receives_edi_life_cycles",
    "accepts_attachment_requests",
)  # fmt: skip
PUBLIC, PRIVATE = "publique", "privee"


class StructureForm(PortalForm):
    identifier = text("Identifiant")
    name = text("Raison sociale", "Indiquez la raison sociale.", autocomplete="organization")
    status = SelectField("Statut", choices=choices([("ACTIF", "Active"), ("INACTIF", "Inactive")]))
    label = text("Libellé de la structure", hint="Un nom d'usage, pour la reconnaître.")
    email = email("Adresse électronique de la structure")
    rcs_number = text("Numéro RCS")
    vat_number = text("Numéro de TVA intracommunautaire")
    sector = RadioField(
        "La structure est", choices=choices([(PRIVATE, "Une structure privée"), (PUBLIC, "Une structure publique")])
    )
    is_centre_de_gestion = box(
        "La structure est un centre de gestion agricole",
        hint="Elle ne pourra pas ouvrir l'espace « Demande de remboursement TIC ».",
    )
    accepts_attachment_requests = box(
        "Demande de rattachement active",
        hint="D'autres personnes peuvent demander à être rattachées ; vous décidez.",
        default=True,
    )
    is_edi_emitter = box("Est émetteur de flux EDI")
    receives_edi_life_cycles = box("Reçoit les cycles de vie en EDI")
    # A section of its own keeps browsers from filling in the person's own address.
    street = text("Numéro et voie", "Indiquez le numéro et la voie.", autocomplete="section-structure address-line1")
    complement_1 = text("Complément d'adresse 1", autocomplete="section-structure address-line2")
    complement_2 = text("Complément d'adresse 2", autocomplete="section-structure address-line3")
    postcode = text("Code postal", hint="Toujours en France.", autocomplete="section-structure postal-code")
    town = text("Ville", "Indiquez la ville.", autocomplete="section-structure address-level2")
    country = country(autocomplete="section-structure country")
    telephone = text("Téléphone", autocomplete="section-structure tel")
    fax = text("Fax")

    identifier_is_needed = True
    """False where the identifier is made of country and name."""

    def __init__(self, **values: object) -> None:
        sector = PUBLIC if values.pop("is_public", False) else PRIVATE
        super().__init__(**values, sector=sector)

    def validate_identifier(self, field: StringField) -> None:
        if self.identifier_is_needed and not field.data:
            raise ValidationError("Indiquez l'identifiant de la structure.")

    def validate_postcode(self, field: StringField) -> None:
        if self.country.data == "FR" and not field.data:
            raise ValidationError("Indiquez le code postal.")

    def field_for(self, input_name: str) -> str:
        return "sector" if input_name == "is_public" else super().field_for(input_name)

    def changes(self) -> dict[str, object]:
        """Return all fields but the identifier, as the structures service takes them; an empty field is None."""
        values = {name: None if self[name].data == "" else self[name].data for name in PLAIN}
        return values | {"is_public": self.sector.data == PUBLIC}

    def structure(self) -> dict[str, object]:
        return self.changes() | {"identifier": self.identifier.data or None}
