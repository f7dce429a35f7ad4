"""Input and output of the subscription routes."""

from collections.abc import Mapping

from marshmallow import ValidationError, fields, validate, validates_schema

from chassis.ground.schemas import Schema, identifier, text
from chassis.storage.keyset import MAX_ITEMS, PageQuery, page_of
from services.espaces.models.subscriptions import SubscriptionStatus
from services.espaces.schemas import espaces
from services.espaces.schemas.espaces import EspaceLabel


class AttachedStructure(Schema):
    structure_id = identifier(required=True)
    identifier_type = fields.String(required=True)
    identifier = fields.String(required=True)
    name = fields.String(required=True)


class Subscription(Schema):
    subscription_id = identifier(attribute="id", required=True)
    structure = fields.Nested(AttachedStructure, required=True)
    espace = fields.String(required=True)
    label = EspaceLabel(required=True)
    permission = espaces.permission()
    status = fields.Enum(SubscriptionStatus, by_value=True, required=True)
    requested_on = fields.Date(required=True)
    reason = fields.String(allow_none=True, required=True)


class Person(Schema):
    """Person behind a subscription; names are null until identity's events have arrived."""

    account_id = identifier(required=True)
    last_name = fields.String(allow_none=True, required=True)
    first_name = fields.String(allow_none=True, required=True)
    is_active = fields.Boolean(allow_none=True, required=True)


class ManagedSubscription(Subscription):
    """Subscription, with the fields that only managers of the structure see."""

    comment = fields.String(required=True)
    person = fields.Nested(Person, attribute="subscriber", required=True)


class Subscriptions(Schema):
    items = fields.List(fields.Nested(Subscription), required=True)


class SubscriptionQuery(PageQuery):
    status = fields.Enum(SubscriptionStatus, by_value=True, load_default=None)


class NewSubscription(Schema):
    structure_id = identifier(required=True)
    espace = text(60)
    permissions = espaces.permissions()
    requested_on = fields.Date(required=True)
    comment = text(1000, required=False, lines=True)


class SubscriptionDecision(Schema):
    subscription_ids = fields.List(identifier(), required=True, validate=espaces.some(MAX_ITEMS))
    decision = fields.String(required=True, validate=validate.OneOf(["APPROVE", "REFUSE"], error="not_a_choice"))
    reason = text(1000, required=False, lines=True)

    @validates_schema(skip_on_field_errors=True)
    def _refusal_has_a_reason(self, data: Mapping[str, object], **_: object) -> None:
        if data["decision"] == "REFUSE" and not data["reason"]:
            raise ValidationError("required", "reason")


class SubscriptionRemoval(Schema):
    subscription_ids = fields.List(identifier(), required=True, validate=espaces.some(MAX_ITEMS))


SubscriptionPage = page_of(Subscription)
ManagedSubscriptionPage = page_of(ManagedSubscription)
