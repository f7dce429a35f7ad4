"""What goes in and out over HTTP."""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

from chassis.schemas import Schema, country, email_address, identifier, text
from services.identity.models import AccountStatus

_SURROGATE = re.compile("[\ud800-\udfff]")


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


def token() -> Exactly:
    return _exactly(200)


def secret_text() -> Exactly:
    """A password or an answer. The bound is far above that of A-08, whose own refusal says more."""
    return _exactly(1000)


class NewCaptcha(Schema):
    captcha_id = fields.UUID(required=True)
    expires_at = fields.AwareDateTime(required=True)


class SignUp(Schema):
    login_email = email_address()
    contact_email = email_address(required=False)
    last_name = text(100)
    first_name = text(100)
    street = text(200)
    postcode = text(20)
    town = text(100)
    country = country()
    captcha_id = fields.UUID(required=True)
    captcha_answer = text(20)


class Nothing(Schema):
    """An empty object: the answer that tells a stranger nothing."""


class AddressOnly(Schema):
    login_email = email_address()


class LinkToken(Schema):
    token = token()


class LinkState(Schema):
    expires_at = fields.AwareDateTime(required=True)


class Activation(Schema):
    token = token()
    password = secret_text()
    secret_question = text(200)
    secret_answer = secret_text()


class AccountNumber(Schema):
    account_id = identifier(required=True)


class IssuedLink(Schema):
    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


class SignIn(Schema):
    login_email = email_address()
    password = secret_text()


class Refresh(Schema):
    refresh_token = token()


class SignedIn(Schema):
    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "seconds"})
    refresh_token = fields.String(required=True)


class Account(Schema):
    account_id = fields.Integer(required=True, attribute="id")
    login_email = fields.String(required=True)
    contact_email = fields.String(required=True)
    last_name = fields.String(required=True)
    first_name = fields.String(required=True)
    street = fields.String(required=True)
    postcode = fields.String(required=True)
    town = fields.String(required=True)
    country = fields.String(required=True)
    status = fields.Enum(AccountStatus, by_value=True, required=True)


class IssuedToken(Schema):
    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "seconds"})
    scope = fields.String(required=True)


class TokenRefusal(Schema):
    """RFC 6749, section 5.2."""

    error = fields.String(required=True)


class Jwk(Schema):
    kty = fields.String(required=True)
    crv = fields.String(required=True)
    x = fields.String(required=True)
    kid = fields.String(required=True)
    use = fields.String(required=True)
    alg = fields.String(required=True)


class Jwks(Schema):
    """RFC 7517, public parts only."""

    keys = fields.List(fields.Nested(Jwk), required=True)
