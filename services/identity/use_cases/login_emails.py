"""Change of login e-mail: requested, confirmed from the new address, announced to the old one (A-12)."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.errors.my_account import LoginEmailTaken
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.history import Happening, HistoryEntry, Origin
from services.identity.models.login_email_links import LoginEmailLink
from services.identity.models.recovery_links import RecoveryLink
from services.identity.use_cases import account_events, account_holder, contact_emails, history, links, locks
from services.identity.use_cases.account_holder import Holder, Proof

HOUR = timedelta(hours=1)


def request(session: Session, proof: Proof, login_email: str, origin: Origin) -> None:
    """Have a link sent to that address; if it is another account's, have the holder of that account written to.

    Raise SessionEnded, CurrentPasswordWrong, LoginEmailUnchanged or LoginEmailAskedTooOften. The requester cannot tell
    the two cases apart (A-10).
    """
    account, at = account_holder.lock_proven_account(session, proof), now()
    recent = _requests_since(session, account.id, at - HOUR)
    if not account.await_login_email(login_email, at, asked_within_the_hour=recent):
        return
    links.supersede(session, LoginEmailLink, account.id, at)
    _have_written_to(session, account, login_email)
    # Whatever the address, the old one hears of the request: a thief of the session may have made it.
    payload = {**account_events.safety_facts(account.id, origin), "login_email": account.login_email}
    record(session, "identity.login_email_change_requested.v1", payload)
    history.remember(session, account.id, Happening.LOGIN_EMAIL_ASKED, origin)


def _have_written_to(session: Session, account: Account, login_email: str) -> None:
    """Have the link sent to a free address, and a notice to the holder of an account that has it."""
    holder = session.scalar(select(Account).where(Account.login_email == login_email))
    if holder is None:
        record(session, "identity.login_email_link_requested.v1", {"account_id": account.id})
    elif holder.status is AccountStatus.DEACTIVATED:
        record(session, "identity.deactivated_account_asked_for.v1", {"account_id": holder.id})
    else:
        record(session, "identity.login_email_taken.v1", {"account_id": holder.id})


def withdraw(session: Session, holder: Holder, origin: Origin) -> None:
    """Withdraw the request. Raise SessionEnded or NoLoginEmailAwaited."""
    account = account_holder.lock_account(session, holder)
    account.forget_awaited_login_email()
    links.supersede(session, LoginEmailLink, account.id, now())
    history.remember(session, account.id, Happening.LOGIN_EMAIL_WITHDRAWN, origin)


def confirm(session: Session, token: str, origin: Origin) -> None:
    """Change the login e-mail by the link mailed to it. Recovery links went to the old address, and end.

    It proves the address as contact e-mail too, where that is awaited (A-16).

    Raise LoginEmailLinkUnknown, …Expired, …Used, …Superseded, AccountNotActive or LoginEmailTaken.
    """
    account, link = locks.link(session, LoginEmailLink, token)
    previous, at = account.login_email, now()
    link.confirm(account, at)
    try:
        # Now and not at commit: only the unique index knows of an account that took the address meanwhile.
        session.flush()
    except IntegrityError as error:
        raise LoginEmailTaken from error
    links.supersede(session, RecoveryLink, account.id, at)
    payload = {**account_events.safety_facts(account.id, origin), "previous_login_email": previous}
    record(session, "identity.login_email_changed.v1", payload)
    contact_emails.confirm_by_login_email(session, account, origin)
    record(session, "identity.account_changed.v1", account_events.person_facts(account))
    history.remember(session, account.id, Happening.LOGIN_EMAIL_CHANGED, origin)


def _requests_since(session: Session, account_id: int, since: datetime) -> int:
    requests = (
        HistoryEntry.account_id == account_id,
        HistoryEntry.what == Happening.LOGIN_EMAIL_ASKED,
        HistoryEntry.happened_at > since,
    )
    return session.scalars(select(func.count()).where(*requests)).one()
