"""Signing in, staying signed in, signing out (A-13)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity import errors, opaque_tokens, refresh_tokens
from services.identity.devices import device
from services.identity.models import (
    Account,
    AccountSession,
    AccountStatus,
    Happening,
    Origin,
    SecondStep,
    SessionValidity,
)
from services.identity.use_cases.history import remember
from services.identity.use_cases.second_factors import second_factors
from services.identity.use_cases.shared import locked_account


@dataclass(frozen=True, repr=False)
class OpenSession:
    session_id: int
    account_id: int
    refresh_token: str
    role: str | None


def open_session(session: Session, account_id: int, origin: Origin, validity: SessionValidity) -> OpenSession:
    """For a person whose password was right. Raises WrongCredentials if the account is not active any more."""
    account, at = locked_account(session, Account.id == account_id), now()
    if account is None or account.status is not AccountStatus.ACTIVE:
        raise errors.WrongCredentials
    family = refresh_tokens.new_family()
    refresh_token = refresh_tokens.first_of(family)
    opened = AccountSession(
        account_id=account_id,
        family_hash=opaque_tokens.fingerprint(family),
        token_hash=opaque_tokens.fingerprint(refresh_token),
        created_at=at,
        last_used_at=at,
        user_agent=origin.device,
        address=origin.address,
    )
    opened.last(at, validity)
    session.add(opened)
    session.flush()
    remember(session, account_id, Happening.SIGNED_IN, origin)
    return OpenSession(opened.id, account_id, refresh_token, _role(session, account))


def renew_session(
    session: Session, refresh_token: str, origin: Origin, validity: SessionValidity
) -> OpenSession | None:
    """The session with its next refresh token. None when it has ended, also just now: a refresh token that was
    exchanged before, and not only a moment ago, may be a thief's, and ends the session. That end must be committed."""
    family_hash = opaque_tokens.fingerprint(refresh_tokens.family_of(refresh_token))
    found, at = _locked(session, AccountSession.family_hash == family_hash), now()
    if found is None or not found.is_open(at):
        return None
    account = session.get_one(Account, found.account_id)
    if account.status is not AccountStatus.ACTIVE:
        found.end(at)
        return None
    following = _next_token(found, refresh_token, at, validity)
    if following is None:
        _end_by_reuse(session, found, at, origin)
        return None
    return OpenSession(found.id, found.account_id, following, _role(session, account))


def sign_out(session: Session, account_id: int, session_id: int, origin: Origin) -> None:
    """Raises SessionEnded when it has already ended."""
    found = _own(session, account_id, session_id)
    if found is None:
        raise errors.SessionEnded
    found.end(now())
    remember(session, account_id, Happening.SIGNED_OUT, origin)


def end_session(session: Session, account_id: int, session_id: int, origin: Origin) -> None:
    """Raises SessionUnknown for one that has ended, or is another person's."""
    found, at = _own(session, account_id, session_id), now()
    if found is None or not found.is_open(at):
        raise errors.SessionUnknown
    found.end(at)
    remember(session, account_id, Happening.SESSION_ENDED, origin)


def end_other_sessions(session: Session, account_id: int, session_id: int, origin: Origin) -> None:
    """All but the one in which the holder asks for it."""
    end_sessions(session, account_id, except_session=session_id)
    remember(session, account_id, Happening.OTHER_SESSIONS_ENDED, origin)


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


def _role(session: Session, account: Account) -> str | None:
    """What the tokens say. An operator's role waits for a second factor: a stolen password must not open the accounts
    of others (A-14)."""
    return account.role if account.role and second_factors(session, account.id).methods else None


def _locked(session: Session, *which: Any) -> AccountSession | None:
    return session.scalar(select(AccountSession).where(*which).with_for_update())


def _own(session: Session, account_id: int, session_id: int) -> AccountSession | None:
    return _locked(session, AccountSession.id == session_id, AccountSession.account_id == account_id)


def _next_token(found: AccountSession, token: str, at: datetime, validity: SessionValidity) -> str | None:
    """Of the newest, a new one; of the one before, for a moment, the same once more; of others none."""
    token_hash = opaque_tokens.fingerprint(token)
    if found.answers_again(token_hash, at, validity.grace):
        return refresh_tokens.successor(token, found.rotation_key or "")
    if token_hash != found.token_hash:
        return None
    key = opaque_tokens.new_token()
    following = refresh_tokens.successor(token, key)
    found.renew(opaque_tokens.fingerprint(following), key, at, validity)
    return following


def _end_by_reuse(session: Session, found: AccountSession, at: datetime, origin: Origin) -> None:
    found.end(at)
    known_by = asdict(device(found.user_agent))
    record(session, "identity.session_ended_by_reuse.v1", {"account_id": found.account_id, **known_by})
    remember(session, found.account_id, Happening.SESSION_ENDED_BY_REUSE, origin)
