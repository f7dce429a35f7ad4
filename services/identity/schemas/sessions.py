"""Signing in and staying signed in."""

from marshmallow import fields

from chassis.schemas import Schema, email_address
from services.identity.schemas.fields import secret_text, token


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
