"""Schemas of input and output: unknown fields are refused, every text has a bound, every fault has a code."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

from email_validator import EmailNotValidError, validate_email
from marshmallow import RAISE, ValidationError, fields, validate
from marshmallow import Schema as MarshmallowSchema

from chassis.ground import countries, pasted

MAX_ID = 2**53 - 1
"""Largest integer that every JSON reader represents exactly."""

_CODES = {"required": "required", "null": "required", "validator_failed": "invalid", "too_large": "out_of_range"}
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters except tab and line feed, text-direction overrides and lone surrogates."""

Data = Mapping[str, object] | None
"""Input around a field's value, as marshmallow passes it on."""


class Schema(MarshmallowSchema):
    """Base of every schema."""

    class Meta:  # noqa: D106 (marshmallow's own convention)
        unknown = RAISE

    error_messages = {"unknown": "unknown_field", "type": "invalid"}

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Replace marshmallow's English sentences by codes, also inside lists."""
        inner: fields.Field[Any] | None = field_obj
        while inner is not None:
            inner.error_messages = {key: _CODES.get(key, "invalid") for key in inner.error_messages}
            inner = getattr(inner, "inner", None)


class FieldOptions(TypedDict, total=False):
    """Options of marshmallow's fields that schemas of services set."""

    load_default: object
    attribute: str | None
    metadata: Mapping[str, object]


class IdentifierOptions(FieldOptions, total=False):
    """Options of an identifier, which unlike a text is optional unless required."""

    required: bool


class Text(fields.String):
    """Text as a person types or pastes it: normalised (NFC), without control characters.

    Blanks and invisible characters at its ends are dropped.
    """

    def __init__(self, *, lines: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self._lines = lines

    def _deserialize(self, value: object, attr: str | None, data: Data, **options: object) -> str:
        # Normalised before it is validated: bounds count these characters, and equal texts compare equal.
        typed = super()._deserialize(value, attr, data, **options).replace("\r\n", "\n")
        text = pasted.trimmed(unicodedata.normalize("NFC", typed))
        if _FORBIDDEN.search(text) or (not self._lines and ("\n" in text or "\t" in text)):
            raise ValidationError("invalid_characters")
        return text


class EmailAddress(Text):
    """Email address as typed or pasted, and syntactically valid. No DNS lookup takes place.

    Invisible characters are dropped: with one, two addresses that look alike would be two accounts.
    """

    def _deserialize(self, value: object, attr: str | None, data: Data, **options: object) -> str:
        text = pasted.address(super()._deserialize(value, attr, data, **options))
        if not text:
            return text
        try:
            return validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise ValidationError("not_an_email") from error


class PastedNumber(Text):
    """Number that people paste: invisible characters, in which bidirectional marks abound, are no fault of theirs."""

    def _deserialize(self, value: object, attr: str | None, data: Data, **options: object) -> str:
        return super()._deserialize(pasted.visible(value) if isinstance(value, str) else value, attr, data, **options)


class Identifier(fields.Integer):
    """Integer, or its digits in a query; never a fraction or a truth value."""

    def _validated(self, value: object) -> int:
        # Python counts booleans as integers; a query has digits only.
        if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, str) and value.isdecimal())):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


def text(
    most: int, *, required: bool = True, least: int = 1, lines: bool = False, **options: Unpack[FieldOptions]
) -> Text:
    """Return a field for `least` to `most` characters. An optional one loads missing, null and empty as None."""
    if required:
        return Text(required=True, lines=lines, validate=_length(least, most), **options)
    return OptionalText(
        load_default=options.pop("load_default", None),
        allow_none=True,
        lines=lines,
        validate=_length(0, most),
        **options,
    )


class OptionalText(Text):
    """Text that may be left out: null and the empty text both load as None."""

    def deserialize(self, value: object, attr: str | None = None, data: Data = None, **options: object) -> Any:
        # Not in `_deserialize`: the validators run after it, and would fail on None.
        return super().deserialize(value, attr, data, **options) or None


class OptionalPastedNumber(OptionalText, PastedNumber):
    """Pasted number that may be left out."""


class OptionalEmailAddress(OptionalText, EmailAddress):
    """Email address that may be left out."""


def email_address(*, required: bool = True) -> EmailAddress:
    if required:
        return EmailAddress(required=True, validate=_length(3, 254), metadata={"format": "email"})
    return OptionalEmailAddress(load_default=None, allow_none=True, validate=validate.Length(max=254, error="too_long"))


def pasted_number(most: int, *, required: bool = True) -> PastedNumber:
    """Return a field for a number of at most `most` characters, separators included."""
    if required:
        return PastedNumber(required=True, validate=_length(1, most))
    return OptionalPastedNumber(load_default=None, allow_none=True, validate=_length(0, most))


def country() -> Text:
    """Return a field for an ISO 3166-1 alpha-2 code."""
    return Text(required=True, validate=_Country(r"\A[A-Z]{2}\Z", error="not_a_country"))


class _Country(validate.Regexp):
    """Two letters that are the code of a country; `UK` and `ZZ` are none."""

    # No OneOf of marshmallow's: all codes would stand in each document.
    def __call__(self, value: Any) -> Any:
        if super().__call__(value) not in countries.codes():
            raise ValidationError(str(self.error))
        return value


def identifier(**options: Unpack[IdentifierOptions]) -> fields.Integer:
    """Return a field for the number of a row."""
    return Identifier(validate=validate.Range(min=1, max=MAX_ID, error="out_of_range"), **options)


def _length(least: int, most: int) -> list[validate.Validator]:
    return [
        validate.Length(min=least, error="required" if least <= 1 else "too_short"),
        validate.Length(max=most, error="too_long"),
    ]
