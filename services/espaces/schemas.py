"""What espaces take in and give out over HTTP."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from chassis.ground.schemas import Schema, identifier, text
from chassis.storage.keyset import MAX_ITEMS, PageQuery, page_of
from chassis.web.request_context import resources
from services.espaces.catalogue import Permission
from services.espaces.models import OpeningStatus, SubscriptionStatus
from services.espaces.resources import Resources

MOST_OPTIONS = 50


def _permission() -> fields.Enum[Permission]:
    return fields.Enum(Permission, by_value=True, required=True)


def _permissions() -> fields.List[Permission]:
    return fields.List(_permission(), required=True, validate=_some(len(Permission)))


def _permissions_told() -> fields.List[str]:
    known = fields.String(validate=validate.OneOf([permission.value for permission in Permission]))
    return fields.List(known, required=True)


def _some(most: int) -> validate.Length:
    return validate.Length(min=1, max=most, error="out_of_range")


class EspaceLabel(fields.String):
    """How people read the espace of the object."""

    _CHECK_ATTRIBUTE = False

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str:
        label: str = resources(Resources).catalogue.label(obj.espace)
        return label


class OptionValues(fields.Dict):
    """A value per option; a fault is told of the option, not of the "value" of its entry."""

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        try:
            return super().deserialize(value, attr, data, **options)
        except ValidationError as error:
            if not isinstance(error.messages, dict):
                raise
            raise ValidationError({key: next(iter(parts.values())) for key, parts in error.messages.items()}) from error


class Choice(Schema):
    code = fields.String(required=True)
    label = fields.String(required=True)


class Option(Schema):
    code = fields.String(required=True)
    label = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(["text", "choice"]))
    required = fields.Boolean(required=True)
    most = fields.Integer(required=True)
    pattern = fields.String(allow_none=True, required=True)
    choices = fields.List(fields.Nested(Choice), required=True)
    help = fields.String(allow_none=True, required=True)


class Espace(Schema):
    espace = fields.String(required=True, attribute="code")
    label = fields.String(required=True)
    permissions = _permissions_told()
    for_managers = fields.Boolean(
        required=True, metadata={"description": "Open to the managers of every structure, and to nobody else."}
    )
    options = fields.List(fields.Nested(Option), required=True)


class Catalogue(Schema):
    items = fields.List(fields.Nested(Espace), required=True)


class Opening(Schema):
    opening_id = identifier(attribute="id", required=True)
    structure_id = identifier(required=True)
    espace = fields.String(required=True)
    label = EspaceLabel(required=True)
    permissions = _permissions_told()
    options = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    status = fields.Enum(OpeningStatus, by_value=True, required=True)
    opened_at = fields.AwareDateTime(required=True)


class StructureEspace(Espace):
    """An espace as a structure may have it: open, available, or why not."""

    opening = fields.Nested(Opening, allow_none=True, required=True)
    available = fields.Boolean(required=True)
    unavailable_code = fields.String(allow_none=True, required=True)


class StructureEspaces(Schema):
    items = fields.List(fields.Nested(StructureEspace), required=True)


class NewOpening(Schema):
    espace = text(60)
    permissions = _permissions()
    options = OptionValues(
        keys=text(60),
        values=text(250, required=False),
        load_default=dict,
        validate=validate.Length(max=MOST_OPTIONS, error="out_of_range"),
    )


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
    permission = _permission()
    status = fields.Enum(SubscriptionStatus, by_value=True, required=True)
    requested_on = fields.Date(required=True)
    reason = fields.String(allow_none=True, required=True)


class Person(Schema):
    """Null where identity has not told it yet."""

    account_id = identifier(required=True)
    last_name = fields.String(allow_none=True, required=True)
    first_name = fields.String(allow_none=True, required=True)


class ManagedSubscription(Subscription):
    """A subscription as the managers of the structure see it."""

    comment = fields.String(required=True)
    person = fields.Nested(Person, attribute="subscriber", required=True)


class Subscriptions(Schema):
    items = fields.List(fields.Nested(Subscription), required=True)


class SubscriptionQuery(PageQuery):
    status = fields.Enum(SubscriptionStatus, by_value=True, load_default=None)


class NewSubscription(Schema):
    structure_id = identifier(required=True)
    espace = text(60)
    permissions = _permissions()
    requested_on = fields.Date(required=True)
    comment = text(1000, required=False, lines=True)


class SubscriptionDecision(Schema):
    subscription_ids = fields.List(identifier(), required=True, validate=_some(MAX_ITEMS))
    decision = fields.String(required=True, validate=validate.OneOf(["APPROVE", "REFUSE"], error="not_a_choice"))
    reason = text(1000, required=False, lines=True)

    @validates_schema(skip_on_field_errors=True)
    def _refusal_has_a_reason(self, data: dict[str, Any], **_: Any) -> None:
        if data["decision"] == "REFUSE" and not data["reason"]:
            raise ValidationError("required", "reason")


class SubscriptionRemoval(Schema):
    subscription_ids = fields.List(identifier(), required=True, validate=_some(MAX_ITEMS))


class MenuStructure(Schema):
    structure_id = identifier(required=True)
    identifier = fields.String(required=True)
    name = fields.String(required=True)
    permissions = _permissions_told()


class MenuEntry(Schema):
    espace = fields.String(required=True)
    label = fields.String(required=True)
    structures = fields.List(fields.Nested(MenuStructure), required=True)


class Menu(Schema):
    items = fields.List(fields.Nested(MenuEntry), required=True)


SubscriptionPage = page_of(Subscription)
ManagedSubscriptionPage = page_of(ManagedSubscription)
