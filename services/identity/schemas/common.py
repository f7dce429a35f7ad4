"""Shapes that routes of several files share."""

from marshmallow import fields

from chassis.ground.schemas import Schema, email_address, identifier
from services.identity.schemas.fields import secret_text, token


class Nothing(Schema):
    """Empty object: the answer that tells a stranger nothing."""


class AddressOnly(Schema):
    login_email = email_address()


class LinkToken(Schema):
    token = token()


class LinkState(Schema):
    """Link that can be used, and its holder: the password must not be any of these texts (A-08)."""

    expires_at = fields.AwareDateTime(required=True)
    login_email = fields.String(required=True)
    last_name = fields.String(required=True)
    first_name = fields.String(required=True)


class CurrentPassword(Schema):
    """Current password, for requests that need more than a session."""

    current_password = secret_text()


class AccountNumber(Schema):
    account_id = identifier(required=True)


class AskedActivationMail(AccountNumber):
    asked_by = identifier(required=True, metadata={"description": "the account of the manager who wants it sent"})


class ContactEmailRequest(AccountNumber):
    request = identifier(required=True, metadata={"description": "the number of the request that the mail is for"})


class IssuedLink(Schema):
    token = fields.String(required=True)
    issued_at = fields.AwareDateTime(
        required=True, metadata={"description": "by the clock of identity, like its end: no other clock counts"}
    )
    expires_at = fields.AwareDateTime(required=True)


class AddressedLink(IssuedLink):
    address = fields.String(required=True, metadata={"description": "where alone it may go"})
