"""Another login e-mail: asked for, confirmed from the new address, told to the old one (A-12)."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity import errors
from services.identity.models import Account, Happening, HistoryEntry, LoginEmailLink, Origin, RecoveryLink
from services.identity.use_cases.history import remember
from services.identity.use_cases.holding import Holder, Proof, held_account, proved_account
from services.identity.use_cases.links import supersede_links
from services.identity.use_cases.shared import locked_link, person_facts

HOUR = timedelta(hours=1)


def ask_for_login_email(session: Session, proof: Proof, login_email: str, origin: Origin) -> None:
    """A link goes to that address; if an account has it already, its holder is written to instead, and whoever asks
    cannot tell (A-10). Raises SessionEnded, CurrentPasswordWrong, LoginEmailUnchanged or LoginEmailAskedTooOften."""
    account, at = proved_account(session, proof), now()
    asked = _asked_since(session, account.id, at - HOUR)
    if not account.await_login_email(login_email, at, asked_within_the_hour=asked):
        return
    supersede_links(session, LoginEmailLink, account.id, at)
    taken_by = session.scalar(select(Account.id).where(Account.login_email == login_email))
    event = "identity.login_email_link_requested.v1" if taken_by is None else "identity.login_email_taken.v1"
    record(session, event, {"account_id": taken_by or account.id})
    told = {"account_id": account.id, "login_email": account.login_email}
    record(session, "identity.login_email_change_requested.v1", told)
    remember(session, account.id, Happening.LOGIN_EMAIL_ASKED, origin)


def withdraw_login_email(session: Session, holder: Holder, origin: Origin) -> None:
    """Raises SessionEnded or NoLoginEmailAwaited."""
    account = held_account(session, holder)
    account.forget_awaited_login_email()
    supersede_links(session, LoginEmailLink, account.id, now())
    remember(session, account.id, Happening.LOGIN_EMAIL_WITHDRAWN, origin)


def confirm_login_email(session: Session, token: str, origin: Origin) -> None:
    """By whoever reads the new address. Recovery links went to the old one, and do not count any more.

    Raises LoginEmailLinkUnknown, …Expired, …Used, …Superseded, AccountNotActive or LoginEmailTaken.
    """
    account, link = locked_link(session, LoginEmailLink, token)
    previous, at = account.login_email, now()
    link.confirm(account, at)
    try:
        session.flush()
    except IntegrityError as error:
        raise errors.LoginEmailTaken from error
    supersede_links(session, RecoveryLink, account.id, at)
    told = {"account_id": account.id, "previous_login_email": previous}
    record(session, "identity.login_email_changed.v1", told)
    record(session, "identity.account_changed.v1", person_facts(account))
    remember(session, account.id, Happening.LOGIN_EMAIL_CHANGED, origin)


def _asked_since(session: Session, account_id: int, since: datetime) -> int:
    asked = (
        HistoryEntry.account_id == account_id,
        HistoryEntry.what == Happening.LOGIN_EMAIL_ASKED,
        HistoryEntry.happened_at > since,
    )
    return session.scalars(select(func.count()).where(*asked)).one()
