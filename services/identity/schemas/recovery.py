"""Shapes of the recovery of a forgotten password."""

from marshmallow import fields

from chassis.ground.schemas import Schema, email_address, text
from services.identity.schemas.common import LinkState
from services.identity.schemas.fields import secret_text, token


class RecoveryRequest(Schema):
    login_email = email_address()
    captcha_id = fields.UUID(required=True)
    captcha_answer = text(20)


class RecoveryLinkState(LinkState):
    secret_question = fields.String(required=True)
    tries_left = fields.Integer(required=True)


class Recovery(Schema):
    token = token()
    secret_answer = secret_text()
    password = secret_text()
