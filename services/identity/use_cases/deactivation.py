"""Deactivating an account, and taking that back (A-12)."""

from sqlalchemy.orm import Session

from chassis.events import record
from services.identity import errors
from services.identity.models import Account, Happening, Origin
from services.identity.use_cases.history import remember
from services.identity.use_cases.sessions import end_sessions
from services.identity.use_cases.shared import locked_account


def deactivate_account(session: Session, account_id: int, origin: Origin, *, done_by: int | None = None) -> None:
    """Ends every session. `done_by`: the operator, where it is not the holder. Raises AccountUnknown or
    AccountNotActive."""
    _existing(session, account_id).deactivate()
    end_sessions(session, account_id)
    record(session, "identity.account_deactivated.v1", {"account_id": account_id})
    remember(session, account_id, Happening.DEACTIVATED, origin, done_by=done_by)


def reactivate_account(session: Session, account_id: int, origin: Origin, *, done_by: int | None = None) -> None:
    """For operators: the holder cannot sign in to ask. Raises AccountUnknown, AccountNotDeactivated."""
    _existing(session, account_id).reactivate()
    record(session, "identity.account_reactivated.v1", {"account_id": account_id})
    remember(session, account_id, Happening.REACTIVATED, origin, done_by=done_by)


def _existing(session: Session, account_id: int) -> Account:
    account = locked_account(session, Account.id == account_id)
    if account is None:
        raise errors.AccountUnknown
    return account
