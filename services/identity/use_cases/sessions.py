"""Signing in, staying signed in, signing out (A-13)."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.database import now
from services.identity import errors, opaque_tokens
from services.identity.models import Account, AccountSession, AccountStatus, Happening, Origin, SecondStep
from services.identity.use_cases.history import remember
from services.identity.use_cases.shared import locked_account


@dataclass(frozen=True, repr=False)
class OpenSession:
    session_id: int
    account_id: int
    refresh_token: str


def open_session(session: Session, account_id: int, origin: Origin, validity: timedelta) -> OpenSession:
    """For a person whose password was right. Raises WrongCredentials if the account is not active any more."""
    account, at = locked_account(session, Account.id == account_id), now()
    if account is None or account.status is not AccountStatus.ACTIVE:
        raise errors.WrongCredentials
    family = opaque_tokens.new_token()
    refresh_token = _next_of(family)
    opened = AccountSession(
        account_id=account_id,
        family_hash=opaque_tokens.fingerprint(family),
        token_hash=opaque_tokens.fingerprint(refresh_token),
        created_at=at,
        last_used_at=at,
        expires_at=at + validity,
        user_agent=origin.device,
        address=origin.address,
    )
    session.add(opened)
    session.flush()
    remember(session, account_id, Happening.SIGNED_IN, origin)
    return OpenSession(opened.id, account_id, refresh_token)


def renew_session(session: Session, refresh_token: str, origin: Origin, validity: timedelta) -> OpenSession | None:
    """The session with its next refresh token. None when it has ended, also just now: a refresh token that is not the
    newest of its family was used before, perhaps by a thief, and ends it. That end must be committed."""
    family, at = refresh_token.partition(".")[0], now()
    family_hash = opaque_tokens.fingerprint(family)
    found = session.scalar(select(AccountSession).where(AccountSession.family_hash == family_hash).with_for_update())
    if found is None:
        return None
    try:
        found.must_be_open(at)
    except errors.SessionEnded:
        return None
    if found.token_hash != opaque_tokens.fingerprint(refresh_token):
        found.end(at)
        remember(session, found.account_id, Happening.SESSION_ENDED_BY_REUSE, origin)
        return None
    if not _is_active(session, found.account_id):
        found.end(at)
        return None
    renewed = _next_of(family)
    found.renew(opaque_tokens.fingerprint(renewed), at, validity)
    return OpenSession(found.id, found.account_id, renewed)


def sign_out(session: Session, account_id: int, session_id: int, origin: Origin) -> None:
    """Raises SessionEnded when it has already ended."""
    own = AccountSession.id == session_id, AccountSession.account_id == account_id
    found = session.scalar(select(AccountSession).where(*own).with_for_update())
    if found is None:
        raise errors.SessionEnded
    found.end(now())
    remember(session, account_id, Happening.SIGNED_OUT, origin)


def end_sessions(session: Session, account_id: int, except_session: int | None = None) -> None:
    """Ends all that are open, or all but one: after the password was changed or recovered, or because the holder asks.

    The account is kept from others, so that no sign-in that is under way escapes, nor one that waits for its second
    step. What led to it is remembered by whoever calls.
    """
    locked_account(session, Account.id == account_id)
    session.execute(delete(SecondStep).where(SecondStep.account_id == account_id))
    at = now()
    open_ones = (
        select(AccountSession)
        .where(AccountSession.account_id == account_id, AccountSession.ended_at.is_(None))
        .where(AccountSession.expires_at > at, AccountSession.id != (except_session or 0))
        .order_by(AccountSession.id)
        .with_for_update()
    )
    for opened in session.scalars(open_ones):
        opened.end(at)


def _is_active(session: Session, account_id: int) -> bool:
    return session.get_one(Account, account_id).status is AccountStatus.ACTIVE


def _next_of(family: str) -> str:
    """A refresh token: the name of its family, and what makes it the newest."""
    return f"{family}.{opaque_tokens.new_token()}"
