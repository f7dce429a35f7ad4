"""What structures take in and give out over HTTP."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from chassis.ground.schemas import Schema, country, email_address, identifier, text
from chassis.storage.keyset import MAX_ITEMS, PageQuery, page_of
from services.structures.identifiers import MOST_CHARACTERS, IdentifierType
from services.structures.models import AccountStatus, AttachmentStatus, Role, StructureStatus


def _flag(description: str) -> fields.Boolean:
    return fields.Boolean(required=True, truthy={True}, falsy={False}, metadata={"description": description})


class StructureFields(Schema):
    """What a manager may change of a structure (S-07)."""

    name = text(250)
    label = text(250, required=False)
    status = fields.Enum(StructureStatus, by_value=True, required=True)
    email = email_address(required=False)
    rcs_number = text(50, required=False)
    vat_number = text(20, required=False)
    is_centre_de_gestion = _flag("It keeps the books of farms (centre de gestion agricole).")
    is_public = _flag("Where the directory knows the structure, the directory decides.")
    is_edi_emitter = _flag("It sends EDI flows.")
    receives_edi_life_cycles = _flag("It receives life cycles by EDI.")
    accepts_attachment_requests = _flag("Anyone may ask to be attached.")
    street = text(250)
    complement_1 = text(250, required=False)
    complement_2 = text(250, required=False)
    postcode = text(16)
    town = text(120)
    country = country()
    telephone = text(30, required=False)
    fax = text(30, required=False)


class NewStructure(StructureFields):
    identifier_type = fields.Enum(IdentifierType, by_value=True, required=True)
    identifier = text(MOST_CHARACTERS)


class StructureChanges(StructureFields):
    """Any of the fields; those left out stay as they are."""


class Structure(StructureFields):
    structure_id = identifier(attribute="id", required=True)
    identifier_type = fields.Enum(IdentifierType, by_value=True, required=True)
    identifier = fields.String(required=True)
    verified = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)


class PublicStructure(Schema):
    """What anyone may see, without an account (S-03)."""

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
    """S-02: what is given must all match; texts regardless of case, accents, punctuation and word order."""

    name = text(250, required=False)
    identifier = text(MOST_CHARACTERS, required=False)
    identifier_type = fields.Enum(IdentifierType, by_value=True)
    label = text(250, required=False)
    status = fields.Enum(StructureStatus, by_value=True)
    is_public = fields.Boolean()
    postcode = text(16, required=False)
    town = text(120, required=False)
    country = text(2, required=False)


class Establishment(Schema):
    """What fills the form of a new structure (S-04); null where the directory has, or shows, nothing."""

    siret = fields.String(required=True)
    name = fields.String(allow_none=True, required=True)
    street = fields.String(allow_none=True, required=True)
    complement_1 = fields.String(allow_none=True, required=True)
    postcode = fields.String(allow_none=True, required=True)
    town = fields.String(allow_none=True, required=True)
    country = fields.String(allow_none=True, required=True)
    is_public = fields.Boolean(required=True)
    status = fields.Constant(StructureStatus.ACTIVE.value, metadata={"enum": [StructureStatus.ACTIVE.value]})


class NewAttachment(Schema):
    comment = text(1000, required=False, lines=True)


class AttachmentQuery(PageQuery):
    status = fields.Enum(AttachmentStatus, by_value=True, load_default=None)


class AttachedStructure(Schema):
    structure_id = identifier(attribute="id", required=True)
    identifier_type = fields.Enum(IdentifierType, by_value=True, required=True)
    identifier = fields.String(required=True)
    name = fields.String(required=True)


class Attachment(Schema):
    attachment_id = identifier(attribute="id", required=True)
    structure = fields.Nested(AttachedStructure, required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    status = fields.Enum(AttachmentStatus, by_value=True, required=True)
    requested_at = fields.AwareDateTime(required=True)
    reason = fields.String(allow_none=True, required=True)


class Person(Schema):
    """Null where identity has not told it yet."""

    account_id = identifier(required=True)
    last_name = fields.String(allow_none=True, required=True)
    first_name = fields.String(allow_none=True, required=True)
    login_email = fields.String(allow_none=True, required=True)
    status = fields.Enum(AccountStatus, by_value=True, allow_none=True, required=True)


class ManagedAttachment(Attachment):
    """An attachment as the managers of the structure see it."""

    comment = fields.String(required=True)
    person = fields.Nested(Person, attribute="requester", required=True)


class AttachmentDecision(Schema):
    attachment_ids = fields.List(
        identifier(), required=True, validate=validate.Length(min=1, max=MAX_ITEMS, error="out_of_range")
    )
    decision = fields.String(required=True, validate=validate.OneOf(["APPROVE", "REFUSE"], error="not_a_choice"))
    reason = text(1000, required=False, lines=True)

    @validates_schema
    def _refusal_has_a_reason(self, data: dict[str, Any], **_: Any) -> None:
        if data["decision"] == "REFUSE" and not data["reason"]:
            raise ValidationError("required", "reason")


class DecidedAttachments(Schema):
    items = fields.List(fields.Nested(Attachment), required=True)


StructurePage = page_of(Structure)
PublicStructurePage = page_of(PublicStructure)
AttachmentPage = page_of(Attachment)
ManagedAttachmentPage = page_of(ManagedAttachment)


class OwnAttachment(Attachment):
    comment = fields.String(required=True)
    decided_at = fields.AwareDateTime(allow_none=True, required=True)


class AttachmentDecidedByOneself(Schema):
    """Of another person, who stays unnamed."""

    attachment_id = identifier(attribute="id", required=True)
    structure = fields.Nested(AttachedStructure, required=True)
    status = fields.Enum(AttachmentStatus, by_value=True, required=True)
    decided_at = fields.AwareDateTime(required=True)
    reason = fields.String(allow_none=True, required=True)


class PersonalData(Schema):
    person = fields.Nested(Person, allow_none=True, required=True)
    attachments = fields.List(fields.Nested(OwnAttachment), required=True)
    decided_attachments = fields.List(fields.Nested(AttachmentDecidedByOneself), required=True)


class Obstacles(Schema):
    items = fields.List(fields.Nested(AttachedStructure), required=True)
