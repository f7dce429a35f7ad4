"""Kinds of input that only identity has."""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

from chassis.ground.schemas import Schema, Text
from services.identity.models import devices

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINK = re.compile(r"://|[@＠]|[^\W_]{2}[.。．｡][^\W_]{2}")
"""A scheme, an e-mail address, or two words with a dot between them: J.R.R. and St. John are names."""


class Exactly(fields.String):
    """A text taken as it is, blanks and all: a password, an answer, a token. Only what UTF-8 cannot hold is refused."""

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
    """Mails to others show it, so nothing is in it that their mail program would make a link of."""

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


def secret_text() -> Exactly:
    """A password or an answer. The bound is far above that of A-08, whose own refusal says more."""
    return _exactly(1000)


class Device(Schema):
    """The names that a person knows it by, as far as it tells them."""

    browser = fields.String(required=True, allow_none=True)
    system = fields.String(required=True, allow_none=True)


class KnownDevice(fields.Nested):
    """Of what a device calls itself (User-Agent), the names."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Device, **options)

    def _serialize(self, value: Any, *args: Any, **options: Any) -> Any:  # type: ignore[override]
        return super()._serialize(devices.recognise(value), *args, **options)  # type: ignore[no-untyped-call]
