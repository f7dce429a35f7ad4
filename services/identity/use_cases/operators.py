"""Operators: who becomes one, and what they do with the accounts of others."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.errors import AccountUnknown
from services.identity.models import Account, AccountStatus, Happening, HistoryEntry, Origin
from services.identity.use_cases.history import remember
from services.identity.use_cases.sessions import end_sessions
from services.identity.use_cases.shared import have_mail_sent, locked_account, locked_account_of_number
from services.identity.use_cases.sign_up import register

ONE_LOOK = timedelta(hours=1)
"""What an operator reads of an account within this time is one look at it."""


def add_operator(session: Session, login_email: str, names: Mapping[str, str], origin: Origin) -> Account:
    """Of the account with this address, or of a new one, whose holder activates it. `names`: last_name and first_name,
    for a new one. Raises AlreadyAnOperator or AccountNotActive."""
    account = locked_account(session, Account.login_email == login_email)
    if account is None:
        account = register(session, login_email, _details(login_email, names), origin)
    elif account.status is AccountStatus.PENDING:
        have_mail_sent(session, account, "identity.activation_requested.v1", now())
    account.become_operator(now())
    record(session, "identity.operator_added.v1", {"account_id": account.id})
    remember(session, account.id, Happening.OPERATOR_ADDED, origin)
    return account


def remove_operator(session: Session, account_id: int, origin: Origin) -> None:
    """Ends the sessions too: their tokens carry the role. Raises AccountUnknown, NotAnOperator."""
    locked_account_of_number(session, account_id).stop_being_operator()
    end_sessions(session, account_id)
    record(session, "identity.operator_removed.v1", {"account_id": account_id})
    remember(session, account_id, Happening.OPERATOR_REMOVED, origin)


def look_at(session: Session, account_id: int, origin: Origin, *, operator: int) -> Account:
    """An account for an operator's eyes, which its history tells once an hour. Raises AccountUnknown."""
    account = session.get(Account, account_id, options=[undefer(Account.has_second_factor)])
    if account is None:
        raise AccountUnknown
    lately = HistoryEntry.happened_at > now() - ONE_LOOK
    looks = HistoryEntry.account_id == account_id, HistoryEntry.what == Happening.LOOKED_AT
    if session.scalar(select(HistoryEntry.id).where(*looks, HistoryEntry.done_by == operator, lately)) is None:
        remember(session, account_id, Happening.LOOKED_AT, origin, done_by=operator)
    return account


def open_to_operators(session: Session, account_id: int) -> Account:
    """An account on which an operator may act. Raises AccountUnknown or AccountOfAnOperator."""
    account = locked_account_of_number(session, account_id)
    account.must_not_be_operators()
    return account


def send_activation_again(session: Session, account_id: int, origin: Origin, *, done_by: int | None = None) -> None:
    """Raises AccountUnknown, AccountAlreadyActive, and MailAskedTooSoon like everybody's wish for it (A-06)."""
    _send_activation_again(session, account_id)
    remember(session, account_id, Happening.ACTIVATION_MAIL_SENT_AGAIN, origin, done_by=done_by)


def send_activation_for_manager(session: Session, account_id: int, manager: int, origin: Origin) -> None:
    """The same, for a manager of a structure of theirs: structures have seen to it that they are. Raises AccountUnknown
    also for the manager's account (A-06)."""
    if session.get(Account, manager) is None:
        raise AccountUnknown(field="asked_by")
    _send_activation_again(session, account_id)
    remember(session, account_id, Happening.ACTIVATION_MAIL_ASKED_BY_MANAGER, origin, done_by=manager)


def _send_activation_again(session: Session, account_id: int) -> None:
    account = locked_account_of_number(session, account_id)
    account.must_be_pending()
    account.ask_for_mail(now())
    record(session, "identity.activation_requested.v1", {"account_id": account_id})


def _details(login_email: str, names: Mapping[str, str]) -> dict[str, Any]:
    """The postal address stays empty until its holder gives one."""
    return {"contact_email": login_email, **names, "street": "", "postcode": "", "town": "", "country": "FR"}
