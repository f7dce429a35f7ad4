"""Signing up, activation, and one's own account."""

from marshmallow import fields

from chassis.schemas import Schema, country, email_address, text
from services.identity.models import AccountStatus
from services.identity.schemas.fields import secret_text, token


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
