"""Input and output of the attachment routes."""

from collections.abc import Mapping

from marshmallow import ValidationError, fields, validate, validates_schema

from chassis.ground.schemas import Schema, identifier, text
from chassis.storage.keyset import MAX_ITEMS, PageQuery, page_of
from services.structures.identifiers.types import IdentifierType
from services.structures.models.attachments import AttachmentStatus, Role
from services.structures.models.read_models import AccountStatus


class NewAttachment(Schema):
    comment = text(1000, required=False, lines=True)


class AttachmentQuery(PageQuery):
    status = fields.Enum(AttachmentStatus, by_value=True, load_default=None)


class AttachedStructure(Schema):
    structure_id = identifier(attribute="id", required=True)
    identifier_type = fields.Enum(IdentifierType, by_value=True, required=True)
    identifier = fields.String(required=True)
    name = fields.String(required=True, metadata={"description": "The number, where the name is hidden."})
    verified = fields.Boolean(required=True, metadata={"description": "The directory knows the identifier."})


class Attachment(Schema):
    attachment_id = identifier(attribute="id", required=True)
    structure = fields.Nested(AttachedStructure, attribute="structure_seen", required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    status = fields.Enum(AttachmentStatus, by_value=True, required=True)
    requested_at = fields.AwareDateTime(required=True)
    reason = fields.String(allow_none=True, required=True)


class Person(Schema):
    """Person behind an attachment; fields are null until identity's events have arrived."""

    account_id = identifier(required=True)
    last_name = fields.String(allow_none=True, required=True)
    first_name = fields.String(allow_none=True, required=True)
    login_email = fields.String(allow_none=True, required=True)
    status = fields.Enum(AccountStatus, by_value=True, allow_none=True, required=True)


class ManagedAttachment(Attachment):
    """Attachment, with the fields that only managers of the structure see."""

    structure = fields.Nested(AttachedStructure, required=True)
    comment = fields.String(required=True)
    person = fields.Nested(Person, attribute="requester", required=True)


class AttachmentDecision(Schema):
    attachment_ids = fields.List(
        identifier(), required=True, validate=validate.Length(min=1, max=MAX_ITEMS, error="out_of_range")
    )
    decision = fields.String(required=True, validate=validate.OneOf(["APPROVE", "REFUSE"], error="not_a_choice"))
    reason = text(1000, required=False, lines=True)

    @validates_schema
    def _refusal_has_a_reason(self, data: Mapping[str, object], **_: object) -> None:
        if data["decision"] == "REFUSE" and not data["reason"]:
            raise ValidationError("required", "reason")


class DecidedAttachments(Schema):
    items = fields.List(fields.Nested(Attachment), required=True)


AttachmentPage = page_of(Attachment)
ManagedAttachmentPage = page_of(ManagedAttachment)
