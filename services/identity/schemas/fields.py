"""Kinds of input that only identity has."""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

from chassis.ground.schemas import Schema, Text
from services.identity.models import devices

# Lone surrogates: JSON can carry them, and neither a hash nor a database can take them.
_SURROGATE = re.compile("[\ud800-\udfff]")
MOST_DEVICE_TOKENS = 5
_LINK = re.compile(r"://|[@＠]|[^\W_]{2}[.。．｡][^\W_]{2}")
"""Signs of a link: scheme, e-mail address, or two words with a dot between; J.R.R. and St. John are names."""


class Exactly(fields.String):
    """Text taken as it is, blanks and all: password, answer or token. Refuse characters outside UTF-8 alone."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        exact = super()._deserialize(value, attr, data, **options)
        if _SURROGATE.search(exact):
            raise ValidationError("invalid_characters")
        return exact


def _exactly(most: int) -> Exactly:
    return Exactly(
        required=True,
        validate=[validate.Length(min=1, error="required"), validate.Length(max=most, error="too_long")],
    )


class PersonsName(Text):
    """Name of a person. Mails to others show it, so that texts that mail programs turn into links are refused."""

    def __init__(self) -> None:
        super().__init__(
            required=True,
            validate=[validate.Length(min=1, error="required"), validate.Length(max=100, error="too_long")],
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        name = super()._deserialize(value, attr, data, **options)
        if _LINK.search(name):
            raise ValidationError("looks_like_a_link")
        return name


def token() -> Exactly:
    return _exactly(200)


def device_tokens() -> fields.List[Any]:
    """Return the field of a device that may be known to several accounts."""
    description = (
        "the device tokens with which earlier sign-ins on this device were answered: with one of this account, tries "
        "are counted for the device alone, and strangers' tries do not lock it"
    )
    many = validate.Length(max=MOST_DEVICE_TOKENS, error="too_many")
    return fields.List(token(), load_default=list, validate=many, metadata={"description": description})


def secret_text() -> Exactly:
    """Return the field of a password or an answer, with a bound far above that of A-08: its own refusal says more."""
    return _exactly(1000)


def optional_secret_text(**options: Any) -> Exactly:
    """Return the field of a password that only some requests need: null, or left out, it loads as None."""
    bound = validate.Length(max=1000, error="too_long")
    return Exactly(load_default=None, allow_none=True, validate=bound, **options)


class Device(Schema):
    """Names by which a person knows a device, as far as it tells them."""

    browser = fields.String(required=True, allow_none=True)
    system = fields.String(required=True, allow_none=True)


class KnownDevice(fields.Nested):
    """Names of the device in a User-Agent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Device, **options)

    def _serialize(self, value: Any, *args: Any, **options: Any) -> Any:  # type: ignore[override]
        return super()._serialize(devices.recognise(value), *args, **options)  # type: ignore[no-untyped-call]
