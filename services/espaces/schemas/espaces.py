"""Input and output of the catalogue, opening and menu routes."""

from collections.abc import Mapping
from typing import Any, Protocol

from marshmallow import ValidationError, fields, validate

from chassis.ground.schemas import Schema, identifier, text
from chassis.web.request_context import resources
from services.espaces.catalogue.entries import Permission
from services.espaces.models.openings import OpeningStatus
from services.espaces.resources import Resources

MOST_OPTIONS = 50


def permission() -> fields.Enum[Permission]:
    return fields.Enum(Permission, by_value=True, required=True)


def permissions() -> fields.List[Permission]:
    return fields.List(permission(), required=True, validate=some(len(Permission)))


def permission_codes() -> fields.List[str]:
    """Return a field of stored codes, which it does not read: they are texts, and not members of Permission."""
    code = fields.String(validate=validate.OneOf([permission.value for permission in Permission]))
    return fields.List(code, required=True)


def some(most: int) -> validate.Length:
    return validate.Length(min=1, max=most, error="out_of_range")


class _InEspace(Protocol):
    espace: str


class EspaceLabel(fields.String):
    """Label of the object's `espace`, for people to read."""

    def serialize(self, attr: str, obj: _InEspace, accessor: object = None, **options: object) -> str:
        label: str = resources(Resources).catalogue.label(obj.espace)
        return label


class OptionValues(fields.Dict):
    """Values by option. A fault names the option, where marshmallow would name the "value" of its entry."""

    def deserialize(
        self, value: object, attr: str | None = None, data: Mapping[str, Any] | None = None, **options: Any
    ) -> Any:
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
    type = fields.String(required=True, validate=validate.OneOf(["text", "digits", "choice"]))
    required = fields.Boolean(required=True)
    most = fields.Integer(required=True)
    pattern = fields.String(allow_none=True, required=True)
    choices = fields.List(fields.Nested(Choice), required=True)
    help = fields.String(allow_none=True, required=True)


class Espace(Schema):
    espace = fields.String(required=True, attribute="code")
    label = fields.String(required=True)
    permissions = permission_codes()
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
    permissions = permission_codes()
    options = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    status = fields.Enum(OpeningStatus, by_value=True, required=True)
    opened_at = fields.AwareDateTime(required=True)


class StructureEspace(Espace):
    """Espace with its opening on a structure, or the code of the reason against one."""

    opening = fields.Nested(Opening, allow_none=True, required=True)
    available = fields.Boolean(required=True)
    unavailable_code = fields.String(allow_none=True, required=True)


class StructureEspaces(Schema):
    items = fields.List(fields.Nested(StructureEspace), required=True)


class NewOpening(Schema):
    espace = text(60)
    permissions = permissions()
    options = OptionValues(
        keys=text(60),
        values=text(250, required=False),
        load_default=dict,
        validate=validate.Length(max=MOST_OPTIONS, error="out_of_range"),
    )


class MenuStructure(Schema):
    structure_id = identifier(required=True)
    identifier = fields.String(required=True)
    name = fields.String(required=True)
    permissions = permission_codes()


class MenuEntry(Schema):
    espace = fields.String(required=True)
    label = fields.String(required=True)
    structures = fields.List(fields.Nested(MenuStructure), required=True)


class Menu(Schema):
    items = fields.List(fields.Nested(MenuEntry), required=True)
