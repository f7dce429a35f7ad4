"""Input and output of the structure routes."""

from collections.abc import Mapping

from marshmallow import ValidationError, fields, validates_schema

from chassis.ground.folding import words_to_find
from chassis.ground.schemas import Schema, country, email_address, identifier, pasted_number, text
from chassis.storage.keyset import PageQuery, page_of
from services.structures.identifiers.types import MOST_CHARACTERS, IdentifierType
from services.structures.models.structures import StructureStatus


def _flag(description: str) -> fields.Boolean:
    """Return a field for true and false only: marshmallow would also take "yes", "on" or 1."""
    return fields.Boolean(required=True, truthy={True}, falsy={False}, metadata={"description": description})


_AWAITS = "The directory was silent about its SIRET: it opens no espace until that is verified."
_CONFIRMED = "Somebody has confirmed who manages it. Until then it takes requests for attachment."
_HIDDEN = "People who are not attached see number and town alone; the number stands for the name."


class StructureFields(Schema):
    """Fields of a structure that a manager may change (S-07)."""

    name = text(250)
    label = text(250, required=False)
    status = fields.Enum(StructureStatus, by_value=True, required=True)
    email = email_address(required=False)
    rcs_number = text(50, required=False)
    vat_number = pasted_number(MOST_CHARACTERS, required=False)
    is_centre_de_gestion = _flag("It keeps the books of farms (centre de gestion agricole).")
    is_public = _flag("Where the directory knows the structure, the directory decides.")
    is_edi_emitter = _flag("It sends EDI flows.")
    receives_edi_life_cycles = _flag("It receives life cycles by EDI.")
    accepts_attachment_requests = _flag("Anyone may ask to be attached.")
    street: fields.String = text(250)
    complement_1 = text(250, required=False)
    complement_2 = text(250, required=False)
    postcode: fields.String = text(16, required=False)
    town = text(120)
    country = country()
    telephone = text(30, required=False)
    fax = text(30, required=False)


class NewStructure(StructureFields):
    identifier_type = fields.Enum(IdentifierType, by_value=True, required=True)
    identifier = pasted_number(MOST_CHARACTERS, required=False)
    """HORS_UE alone may leave it out: it is then made of country and name."""

    @validates_schema
    def _has_an_identifier(self, data: Mapping[str, object], **_: object) -> None:
        if not data["identifier"] and data["identifier_type"] is not IdentifierType.OUTSIDE_EU:
            raise ValidationError("required", "identifier")


class StructureChanges(StructureFields):
    """Changes to any of the fields; those left out stay as they are."""


class Structure(StructureFields):
    # Empty where they are hidden; a country may have no postcodes.
    street = fields.String(required=True)
    postcode = fields.String(required=True)
    structure_id = identifier(attribute="id", required=True)
    identifier_type = fields.Enum(IdentifierType, by_value=True, required=True)
    identifier = fields.String(required=True)
    verified = fields.Boolean(required=True)
    awaits_verification = fields.Boolean(required=True, metadata={"description": _AWAITS})
    is_confirmed = fields.Boolean(required=True, metadata={"description": _CONFIRMED})
    is_hidden = fields.Boolean(required=True, metadata={"description": _HIDDEN})
    created_at = fields.AwareDateTime(required=True)


class PublicStructure(Schema):
    """Public fields of a structure, visible without an account (S-03)."""

    structure_id = identifier(attribute="id", required=True)
    identifier_type = fields.Enum(IdentifierType, by_value=True, required=True)
    identifier = fields.String(required=True)
    name = fields.String(required=True)
    label = fields.String(allow_none=True, required=True)
    status = fields.Enum(StructureStatus, by_value=True, required=True)
    street = fields.String(required=True)
    complement_1 = fields.String(allow_none=True, required=True)
    complement_2 = fields.String(allow_none=True, required=True)
    postcode = fields.String(required=True)
    town = fields.String(required=True)
    country = fields.String(required=True)


class StructureCriteria(PageQuery):
    """Search criteria (S-02), which must all match; texts regardless of case, accents, punctuation and word order."""

    name = text(250, required=False)
    identifier = pasted_number(MOST_CHARACTERS, required=False)
    identifier_type = fields.Enum(IdentifierType, by_value=True)
    label = text(250, required=False)
    status = fields.Enum(StructureStatus, by_value=True)
    is_public = fields.Boolean()
    postcode: fields.String = text(16, required=False)
    town = text(120, required=False)
    country = text(2, required=False)

    @validates_schema
    def _asks_for_something(self, data: Mapping[str, object], **_: object) -> None:
        """Refuse to list the registry: one of the criteria has to say who or where."""
        named = [name for name in ("name", "identifier", "label", "postcode", "town") if data[name]]
        if not named:
            raise ValidationError("criterion_needed", "name")
        for name in ("name", "label", "town"):
            if (typed := data[name]) and not words_to_find(str(typed)):
                raise ValidationError("too_short", name)


class Establishment(Schema):
    """Establishment that fills the form of a new structure (S-04); null where the directory hides or lacks a field."""

    siret = fields.String(required=True)
    name = fields.String(allow_none=True, required=True)
    label = fields.String(allow_none=True, required=True)
    street = fields.String(allow_none=True, required=True)
    complement_1 = fields.String(allow_none=True, required=True)
    complement_2 = fields.String(allow_none=True, required=True)
    postcode = fields.String(allow_none=True, required=True)
    town = fields.String(allow_none=True, required=True)
    country = fields.String(allow_none=True, required=True)
    is_hidden = fields.Boolean(
        required=True, metadata={"description": "INSEE was asked to hide who is behind it (partial diffusion)."}
    )
    is_public = fields.Boolean(required=True)
    status = fields.Constant(StructureStatus.ACTIVE.value, metadata={"enum": [StructureStatus.ACTIVE.value]})


StructurePage = page_of(Structure)
PublicStructurePage = page_of(PublicStructure)
