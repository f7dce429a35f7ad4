"""Output of the personal data route (A-15)."""

from marshmallow import fields

from chassis.ground.schemas import Schema
from services.notifier.models.mails import MailState, TryOutcome


class Recipient(Schema):
    login_email = fields.String(required=True)
    contact_email = fields.String(required=True)
    last_name = fields.String(required=True)
    first_name = fields.String(required=True)


class Try(Schema):
    number = fields.Integer(required=True)
    started_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(allow_none=True, required=True)
    outcome = fields.Enum(TryOutcome, by_value=True, allow_none=True, required=True)
    answer = fields.String(allow_none=True, required=True, metadata={"description": "What the mail server said."})


class Mail(Schema):
    mail_id = fields.Integer(attribute="id", required=True)
    template = fields.String(required=True, metadata={"description": "Which mail it is."})
    state = fields.Enum(MailState, by_value=True, required=True)
    owed_since = fields.AwareDateTime(required=True)
    settled_at = fields.AwareDateTime(allow_none=True, required=True)
    reason = fields.String(allow_none=True, required=True, metadata={"description": "Why it did not go out."})
    tries = fields.List(fields.Nested(Try), required=True)


class PersonalData(Schema):
    recipient = fields.Nested(Recipient, allow_none=True, required=True)
    mails = fields.List(fields.Nested(Mail), required=True)
