"""Shapes of a person's own data to take away, and of the request to erase them (A-15)."""

from marshmallow import fields

from chassis.ground.schemas import Schema, text
from services.identity.models.history import Happening
from services.identity.schemas.accounts import Account
from services.identity.schemas.fields import secret_text
from services.identity.schemas.second_factors import SecondFactors


class OwnAccount(Account):
    registered_at = fields.AwareDateTime(required=True)
    activated_at = fields.AwareDateTime(allow_none=True, required=True)
    secret_question = fields.String(allow_none=True, required=True)


class OwnSession(Schema):
    created_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(allow_none=True, required=True)
    device = fields.String(attribute="user_agent", required=True)
    address = fields.String(required=True)


class OwnDevice(Schema):
    """Device on which the person has signed in."""

    created_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    device = fields.String(attribute="user_agent", required=True)


class OwnLink(Schema):
    """Link that was mailed."""

    issued_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    used_at = fields.AwareDateTime(allow_none=True, required=True)
    superseded_at = fields.AwareDateTime(allow_none=True, required=True)


class OwnRecoveryLink(OwnLink):
    burnt_at = fields.AwareDateTime(allow_none=True, required=True)
    wrong_answers = fields.Integer(required=True)


class OwnLoginEmailLink(OwnLink):
    login_email = fields.String(required=True)


class OwnContactEmailLink(OwnLink):
    contact_email = fields.String(required=True)


class OwnHappening(Schema):
    happened_at = fields.AwareDateTime(required=True)
    what = fields.Enum(Happening, by_value=True, required=True)
    address = fields.String(required=True)
    device = fields.String(required=True)


class DoneForAnother(OwnHappening):
    account_id = fields.Integer(required=True, metadata={"description": "whose history tells it"})


class PersonalData(Schema):
    """Data of a person, complete but for hashes; answers to secret questions are kept as hashes only."""

    account = fields.Nested(OwnAccount, required=True)
    sessions = fields.List(fields.Nested(OwnSession), required=True)
    known_devices = fields.List(fields.Nested(OwnDevice), required=True)
    activation_links = fields.List(fields.Nested(OwnLink), required=True)
    second_factors = fields.Nested(SecondFactors, required=True)
    recovery_links = fields.List(fields.Nested(OwnRecoveryLink), required=True)
    login_email_links = fields.List(fields.Nested(OwnLoginEmailLink), required=True)
    contact_email_links = fields.List(fields.Nested(OwnContactEmailLink), required=True)
    history = fields.List(fields.Nested(OwnHappening), required=True)
    done_as_operator = fields.List(fields.Nested(DoneForAnother), required=True)
    done_as_manager = fields.List(fields.Nested(DoneForAnother), required=True)


class Erasure(Schema):
    """Request for an erasure, with a second factor if the account has one."""

    current_password = secret_text()
    code = text(20, required=False, metadata={"description": "six digits, of the authenticator app"})
    recovery_code = text(60, required=False)
