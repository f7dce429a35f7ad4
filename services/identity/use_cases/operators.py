"""Operators: their appointment, and their acts on the accounts of others."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from chassis.events.outbox import record
from chassis.ground.clock import now
from chassis.storage.keyset import Page
from services.identity.errors.accounts import AccountUnknown
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.history import Happening, HistoryEntry, Origin
from services.identity.queries import account_search
from services.identity.use_cases import account_events, history, locks, sessions, sign_up

ONE_LOOK = timedelta(hours=1)
"""Time within which all reads of an account by one operator are one look at it."""


def add(session: Session, login_email: str, names: Mapping[str, str], origin: Origin) -> Account:
    """Make an operator of the account with this address, or of a new one, to be activated by its holder.

    `names`: last_name and first_name, for a new one. Raise AlreadyAnOperator or AccountNotActive.
    """
    account = locks.find_account(session, Account.login_email == login_email)
    if account is None:
        account = sign_up.register(session, login_email, _details(login_email, names), origin)
    elif account.status is AccountStatus.PENDING:
        account_events.request_mail(session, account, "identity.activation_requested.v1", now())
    account.become_operator(now())
    record(session, "identity.operator_added.v1", {"account_id": account.id})
    history.remember(session, account.id, Happening.OPERATOR_ADDED, origin)
    return account


def remove(session: Session, account_id: int, origin: Origin) -> None:
    """Withdraw the role, and end the sessions: their tokens carry it. Raise AccountUnknown or NotAnOperator."""
    locks.account(session, account_id).stop_being_operator()
    sessions.end_all(session, account_id)
    record(session, "identity.operator_removed.v1", {"account_id": account_id})
    history.remember(session, account_id, Happening.OPERATOR_REMOVED, origin)


def view(session: Session, account_id: int, origin: Origin, *, operator: int) -> Account:
    """Return an account for an operator, and note it in the history once an hour. Raise AccountUnknown."""
    # No lock, since reading must not wait: two looks at once may both be noted.
    account = session.get(Account, account_id, options=[undefer(Account.has_second_factor)])
    if account is None:
        raise AccountUnknown
    lately = HistoryEntry.happened_at > now() - ONE_LOOK
    looks = HistoryEntry.account_id == account_id, HistoryEntry.what == Happening.LOOKED_AT
    if session.scalar(select(HistoryEntry.id).where(*looks, HistoryEntry.done_by == operator, lately)) is None:
        history.remember(session, account_id, Happening.LOOKED_AT, origin, done_by=operator)
    return account


def search(session: Session, criteria: Mapping[str, object], origin: Origin, *, operator: int) -> Page:
    """Return a page of the accounts that match, and note the search, at its first page, in the operator's history."""
    if not criteria.get("after"):
        history.remember(session, operator, Happening.ACCOUNTS_SEARCHED, origin)
    return account_search.search(session, criteria)


def lock_account(session: Session, account_id: int) -> Account:
    """Lock an account on which an operator may act. Raise AccountUnknown or AccountOfAnOperator."""
    account = locks.account(session, account_id)
    account.must_not_be_operators()
    return account


def send_activation_again(session: Session, account_id: int, origin: Origin, *, done_by: int | None = None) -> None:
    """Have the mail sent again (A-06). Raise AccountUnknown, AccountAlreadyActive or MailAskedTooSoon."""
    _send_activation_again(session, account_id)
    history.remember(session, account_id, Happening.ACTIVATION_MAIL_SENT_AGAIN, origin, done_by=done_by)


def send_activation_for_manager(session: Session, account_id: int, manager: int, origin: Origin) -> None:
    """Have the mail sent again for a manager of one of the person's structures, as structures has checked (A-06).

    Raise the refusals of send_activation_again, and AccountUnknown also for the manager's account.
    """
    if session.get(Account, manager) is None:
        raise AccountUnknown(field="asked_by")
    _send_activation_again(session, account_id)
    history.remember(session, account_id, Happening.ACTIVATION_MAIL_ASKED_BY_MANAGER, origin, done_by=manager)


def _send_activation_again(session: Session, account_id: int) -> None:
    account = locks.account(session, account_id)
    account.must_be_pending()
    # Requests of operators and managers wait like those of strangers.
    account.ask_for_mail(now())
    record(session, "identity.activation_requested.v1", {"account_id": account_id})


def _details(login_email: str, names: Mapping[str, str]) -> dict[str, object]:
    """Return details without a postal address, to be entered by the holder."""
    return {"contact_email": login_email, **names, "street": "", "postcode": "", "town": "", "country": "FR"}
