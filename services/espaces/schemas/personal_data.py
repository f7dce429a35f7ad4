"""Output of the personal data route (A-15)."""

from marshmallow import fields

from chassis.ground.schemas import Schema, identifier
from services.espaces.catalogue.entries import Permission
from services.espaces.models.read_models import Role
from services.espaces.models.subscriptions import SubscriptionStatus
from services.espaces.schemas.espaces import EspaceLabel, Opening
from services.espaces.schemas.subscriptions import AttachedStructure, Person, Subscription


class OwnAttachment(Schema):
    """Attachment by the read model, from structures' events."""

    attachment_id = identifier(required=True)
    structure_id = identifier(required=True)
    role = fields.Enum(Role, by_value=True, required=True)


class OwnSubscription(Subscription):
    comment = fields.String(required=True)
    decided_at = fields.AwareDateTime(allow_none=True, required=True)


class SubscriptionDecidedByOneself(Schema):
    """Decision of the caller on another person's request; that person stays unnamed."""

    subscription_id = identifier(attribute="id", required=True)
    structure = fields.Nested(AttachedStructure, required=True)
    espace = fields.String(required=True)
    label = EspaceLabel(required=True)
    permission = fields.Enum(Permission, by_value=True, required=True)
    status = fields.Enum(SubscriptionStatus, by_value=True, required=True)
    decided_at = fields.AwareDateTime(required=True)
    reason = fields.String(allow_none=True, required=True)


class PersonalData(Schema):
    person = fields.Nested(Person, allow_none=True, required=True)
    attachments = fields.List(fields.Nested(OwnAttachment), required=True)
    openings = fields.List(fields.Nested(Opening), required=True)
    subscriptions = fields.List(fields.Nested(OwnSubscription), required=True)
    decided_subscriptions = fields.List(fields.Nested(SubscriptionDecidedByOneself), required=True)
