"""Accounts as operators search and see them."""

from marshmallow import fields

from chassis.ground.schemas import Schema, identifier, text
from chassis.storage.keyset import PageQuery, page_of
from services.identity.models.accounts import AccountStatus
from services.identity.schemas.history import HistoryEntry


class AccountCriteria(PageQuery):
    email = text(254, required=False, metadata={"description": "a part of the login or contact e-mail"})
    name = text(200, required=False, metadata={"description": "words of first and last name, in any order"})
    account_id = identifier(load_default=None)
    status = fields.Enum(AccountStatus, by_value=True, load_default=None)


class KnownAccount(Schema):
    account_id = fields.Integer(required=True, attribute="id")
    login_email = fields.String(required=True)
    contact_email = fields.String(required=True)
    awaited_contact_email = fields.String(
        allow_none=True, required=True, metadata={"description": "wanted for notices, and not confirmed"}
    )
    last_name = fields.String(required=True)
    first_name = fields.String(required=True)
    status = fields.Enum(AccountStatus, by_value=True, required=True)
    registered_at = fields.AwareDateTime(required=True)
    activated_at = fields.AwareDateTime(required=True, allow_none=True)
    operator_since = fields.AwareDateTime(required=True, allow_none=True)
    has_second_factor = fields.Boolean(
        required=True, metadata={"description": "an authenticator app that is confirmed, or a passkey"}
    )


class OperatorsHistoryEntry(HistoryEntry):
    done_by = fields.Integer(
        required=True, allow_none=True, metadata={"description": "the account of the operator or manager"}
    )


KnownAccountPage = page_of(KnownAccount)
OperatorsHistoryPage = page_of(OperatorsHistoryEntry)
