"""Schema of the catalogue's file, with sentences for the operator who edits it (E-02)."""

import re
from collections.abc import Sequence
from typing import Any, Protocol

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.espaces.catalogue.entries import MOST_OPTION_CHARACTERS, Choice, Espace, Option, Permission

LoadedFields = dict[str, Any]
"""Fields as marshmallow hands them to its hooks: validated, but not typed."""

_code = validate.Regexp(r"\A[A-Z][A-Z0-9_]{0,59}\Z", error="write capitals, digits and underscores, 60 at most")
_option_code = validate.Regexp(
    r"\A[a-z][a-z0-9_]{0,59}\Z", error="write small letters, digits and underscores, 60 at most"
)
_label = validate.Length(min=1, max=120)


class _HasCode(Protocol):
    @property
    def code(self) -> str: ...


def _distinct(items: Sequence[_HasCode], name: str) -> None:
    codes = [item.code for item in items]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise ValidationError(f"{name} named twice: {', '.join(sorted(twice))}")


class _ChoiceSchema(Schema):
    code = fields.String(required=True, validate=_code)
    label = fields.String(required=True, validate=_label)

    @post_load
    def _build(self, data: LoadedFields, **_: object) -> Choice:
        return Choice(**data)


class _OptionSchema(Schema):
    code = fields.String(required=True, validate=_option_code)
    label = fields.String(required=True, validate=_label)
    type = fields.String(required=True, validate=validate.OneOf(["text", "digits", "choice"]))
    required = fields.Boolean(required=True, truthy={True}, falsy={False})
    help = fields.String(validate=validate.Length(max=250))
    most = fields.Integer(strict=True, validate=validate.Range(min=1, max=MOST_OPTION_CHARACTERS))
    pattern = fields.String()
    choices = fields.List(fields.Nested(_ChoiceSchema), validate=validate.Length(min=1))

    @validates_schema
    def _check_consistency(self, data: LoadedFields, **_: object) -> None:
        if (data["type"] == "choice") != ("choices" in data):
            raise ValidationError("a choice has choices, and nothing else has", "choices")
        if data["type"] == "choice" and {"most", "pattern"} & data.keys():
            raise ValidationError("a choice has neither most nor pattern", "type")
        _distinct(data.get("choices", ()), "choices")
        try:
            re.compile(data.get("pattern", ""))
        except re.error as error:
            raise ValidationError(f"not a regular expression: {error}", "pattern") from error

    @post_load
    def _build(self, data: LoadedFields, **_: object) -> Option:
        return Option(**{**data, "choices": tuple(data.get("choices", ()))})


class _EspaceSchema(Schema):
    code = fields.String(required=True, validate=_code)
    label = fields.String(required=True, validate=_label)
    permissions = fields.List(
        fields.Enum(Permission, by_value=True), required=True, validate=validate.Length(min=1, max=len(Permission))
    )
    not_for = fields.List(fields.String(validate=validate.OneOf(["centre_de_gestion"])), load_default=list)
    for_managers = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    options = fields.List(fields.Nested(_OptionSchema), load_default=list)

    @validates_schema
    def _check_consistency(self, data: LoadedFields, **_: object) -> None:
        _distinct(data["options"], "options")
        if data["for_managers"] and (data["options"] or data["not_for"]):
            raise ValidationError("nobody opens it, so it has neither options nor not_for", "for_managers")

    @post_load
    def _build(self, data: LoadedFields, **_: object) -> Espace:
        converted = {
            "permissions": tuple(dict.fromkeys(data["permissions"])),
            "not_for": frozenset(data["not_for"]),
            "options": tuple(data["options"]),
        }
        return Espace(**{**data, **converted})


class FileSchema(Schema):
    espaces = fields.List(fields.Nested(_EspaceSchema), required=True, validate=validate.Length(min=1))

    @validates_schema
    def _check_consistency(self, data: LoadedFields, **_: object) -> None:
        _distinct(data["espaces"], "espaces")
