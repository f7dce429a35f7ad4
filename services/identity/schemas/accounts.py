"""Shapes of sign-up, activation, and one's own account."""

from marshmallow import fields

from chassis.ground.schemas import Schema, country, email_address, identifier, text
from services.identity.models.accounts import AccountStatus
from services.identity.schemas.common import CurrentPassword
from services.identity.schemas.fields import PersonsName, optional_secret_text, secret_text, token


class NewCaptcha(Schema):
    captcha_id = fields.UUID(required=True)
    expires_at = fields.AwareDateTime(required=True)


class Details(Schema):
    """Name and postal address of a person."""

    last_name = PersonsName()
    first_name = PersonsName()
    street = text(200)
    postcode = text(20)
    town = text(100)
    country = country()


class SignUp(Details):
    login_email = email_address()
    contact_email = email_address(required=False)
    captcha_id = fields.UUID(required=True)
    captcha_answer = text(20)


class Activation(Schema):
    token = token()
    password = secret_text()
    secret_question = text(200)
    secret_answer = secret_text()


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
    version = fields.Integer(required=True, metadata={"description": "of what PATCH can change: say which was read"})
    awaited_login_email = fields.String(
        allow_none=True, required=True, metadata={"description": "asked for, to be confirmed from there"}
    )
    awaited_contact_email = fields.String(
        allow_none=True,
        required=True,
        metadata={"description": "wanted for notices, which go to contact_email until it is confirmed from there"},
    )


class AccountChanges(Details):
    """Changes of details; those left out stay as they are.

    Another contact e-mail is awaited until it is confirmed from itself; the one in force withdraws the awaited one.
    """

    contact_email = email_address()
    version = identifier(required=True, metadata={"description": "the one that was read and is now changed"})
    current_password = optional_secret_text(metadata={"description": "needed for another contact e-mail"})


DETAILS = tuple(name for name in AccountChanges._declared_fields if name not in ("version", "current_password"))
"""Fields that may be left out of AccountChanges."""


class PasswordChange(CurrentPassword):
    password = secret_text()


class SecretQuestionChange(CurrentPassword):
    secret_question = text(200)
    secret_answer = secret_text()


class LoginEmailChange(CurrentPassword):
    login_email = email_address()


class LoginEmailLinkState(Schema):
    """Link that can be used, without its account: the address may be a stranger's, by a slip of the finger."""

    expires_at = fields.AwareDateTime(required=True)
    login_email = fields.String(required=True)


class ContactEmailLinkState(Schema):
    """Link that can be used, without its account: the address may be a stranger's, by a slip of the finger."""

    expires_at = fields.AwareDateTime(required=True)
    contact_email = fields.String(required=True)
