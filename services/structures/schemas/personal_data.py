"""Output of the personal data routes (A-15)."""

from marshmallow import fields

from chassis.ground.schemas import Schema, identifier
from services.structures.models.attachments import AttachmentStatus
from services.structures.schemas.attachments import AttachedStructure, Attachment, Person


class OwnAttachment(Attachment):
    comment = fields.String(required=True)
    decided_at = fields.AwareDateTime(allow_none=True, required=True)


class AttachmentDecidedByOneself(Schema):
    """Decision of the caller on another person's request; that person stays unnamed."""

    attachment_id = identifier(attribute="id", required=True)
    structure = fields.Nested(AttachedStructure, attribute="structure_in_public", required=True)
    status = fields.Enum(AttachmentStatus, by_value=True, required=True)
    decided_at = fields.AwareDateTime(required=True)
    reason = fields.String(allow_none=True, required=True)


class PersonalData(Schema):
    person = fields.Nested(Person, allow_none=True, required=True)
    attachments = fields.List(fields.Nested(OwnAttachment), required=True)
    decided_attachments = fields.List(fields.Nested(AttachmentDecidedByOneself), required=True)


class Obstacles(Schema):
    items = fields.List(fields.Nested(AttachedStructure), required=True)
