"""Shapes of signing in and staying signed in."""

from marshmallow import fields

from chassis.ground.schemas import Schema, email_address
from chassis.storage.keyset import page_of
from services.identity.schemas.fields import KnownDevice, device_tokens, secret_text, token


class SignIn(Schema):
    login_email = email_address()
    password = secret_text()
    device_tokens = device_tokens()


class Refresh(Schema):
    refresh_token = token()


class Tokens(Schema):
    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "seconds"})
    refresh_token = fields.String(required=True)


class SignedIn(Tokens):
    device_token = fields.String(
        required=True,
        metadata={
            "description": "to keep on this device, also after signing out, and to show among the device_tokens of the "
            "next sign-in"
        },
    )
    device_known_until = fields.AwareDateTime(required=True)


class Session(Schema):
    session_id = fields.Integer(required=True)
    device = KnownDevice(attribute="user_agent", required=True)
    address = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True, metadata={"description": "if it is not used any more"})
    is_current = fields.Boolean(required=True)


SessionPage = page_of(Session)
