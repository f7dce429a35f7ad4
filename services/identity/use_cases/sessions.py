"""Sessions: sign-in, renewal and sign-out (A-13)."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from chassis.events.ended_sessions import SESSION_ENDED
from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.errors.sessions import SessionEnded, SessionEndedNow, SessionUnknown, WrongCredentials
from services.identity.models import devices
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.challenges import SecondStep
from services.identity.models.history import Happening, Origin
from services.identity.models.sessions import AccountSession, SessionValidity
from services.identity.queries import enrolled_factors
from services.identity.tokens import opaque_tokens, refresh_tokens
from services.identity.use_cases import history, known_devices, locks
from services.identity.use_cases.known_devices import RememberedDevice


@dataclass(frozen=True, repr=False)
class OpenSession:
    session_id: int
    account_id: int
    refresh_token: str
    role: str | None


@dataclass(frozen=True, repr=False)
class NewSession(OpenSession):
    device: RememberedDevice


def begin(session: Session, account_id: int, origin: Origin, validity: SessionValidity) -> NewSession:
    """Open a session after a full sign-in, and remember its device (A-11).

    Raise WrongCredentials if the account is not active any more.
    """
    account, at = locks.find_account(session, Account.id == account_id), now()
    if account is None or account.status is not AccountStatus.ACTIVE:
        raise WrongCredentials
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
    history.remember(session, account_id, Happening.SIGNED_IN, origin)
    device = known_devices.remember(
        session, account_id, opened.id, origin.device, origin.device_tokens, validity.device
    )
    return NewSession(opened.id, account_id, refresh_token, _role(session, account), device)


def renew(session: Session, refresh_token: str, origin: Origin, validity: SessionValidity) -> OpenSession:
    """Return the session with its next refresh token. Raise SessionEnded when it has ended.

    A refresh token that was exchanged before, and not only a moment ago, may be a thief's: it ends the session, and
    SessionEndedNow keeps that end.
    """
    family_hash = opaque_tokens.fingerprint(refresh_tokens.family_of(refresh_token))
    renewed, at = _locked(session, AccountSession.family_hash == family_hash), now()
    if renewed is None or not renewed.is_open(at):
        raise SessionEnded
    # Not locked: the end of all sessions locks the account and then waits for this session.
    account = session.get_one(Account, renewed.account_id)
    if account.status is not AccountStatus.ACTIVE:
        _end(session, renewed, at)
        raise SessionEndedNow
    following = _next_token(renewed, refresh_token, at, validity)
    if following is None:
        _end_by_reuse(session, renewed, at, origin)
        raise SessionEndedNow
    return OpenSession(renewed.id, renewed.account_id, following, _role(session, account))


def sign_out(session: Session, account_id: int, session_id: int, origin: Origin) -> None:
    """End the caller's session. Raise SessionEnded when it has already ended."""
    own_session = _own(session, account_id, session_id)
    if own_session is None:
        raise SessionEnded
    _end(session, own_session, now())
    history.remember(session, account_id, Happening.SIGNED_OUT, origin)


def end(session: Session, account_id: int, session_id: int, origin: Origin) -> None:
    """End one of the holder's sessions and forget its device.

    Raise SessionUnknown if it has ended, or is another person's.
    """
    own_session, at = _own(session, account_id, session_id), now()
    if own_session is None or not own_session.is_open(at):
        raise SessionUnknown
    _end(session, own_session, at)
    known_devices.remove(session, account_id, session_id=session_id)
    history.remember(session, account_id, Happening.SESSION_ENDED, origin)


def end_others(session: Session, account_id: int, session_id: int, origin: Origin) -> None:
    """End all sessions but the holder's current one."""
    end_all(session, account_id, except_session=session_id)
    history.remember(session, account_id, Happening.OTHER_SESSIONS_ENDED, origin)


def end_all(session: Session, account_id: int, except_session: int | None = None) -> None:
    """End all open sessions, or all but one: after the password was changed or recovered, or at the holder's request.

    Sign-ins that wait for their second step end too, and devices are not known any more: a thief may have the token of
    one. The caller notes the reason in the history.
    """
    # Every sign-in locks the account before it opens a session, so that none under way escapes.
    locks.find_account(session, Account.id == account_id)
    session.execute(delete(SecondStep).where(SecondStep.account_id == account_id))
    at = now()
    # Waits for renewals under way, which lock their session only.
    open_sessions = (
        select(AccountSession)
        .where(AccountSession.account_id == account_id, AccountSession.ended_at.is_(None))
        .where(AccountSession.expires_at > at, AccountSession.id != (except_session or 0))
        .order_by(AccountSession.id)
        .with_for_update()
    )
    for opened in session.scalars(open_sessions):
        _end(session, opened, at)
    # After the sessions, as a renewal that proves a thief's locks them: two orders could end in a deadlock.
    known_devices.remove_all(session, account_id, except_session=except_session)


def end_by_guesses(session: Session, account_id: int, session_id: int, origin: Origin) -> None:
    """End a session in which the current password was guessed at: not its holder may have it. The holder is told."""
    guessed_in = _own(session, account_id, session_id)
    if guessed_in is not None and guessed_in.is_open(now()):
        _end_as_a_thiefs(session, guessed_in, now(), "identity.session_ended_by_guesses.v1")
        history.remember(session, account_id, Happening.SESSION_ENDED_BY_GUESSES, origin)


def _end(session: Session, ended: AccountSession, at: datetime) -> None:
    """End a session, and tell every service: its access tokens have not expired yet."""
    ended.end(at)
    record(session, SESSION_ENDED, {"account_id": ended.account_id, "session_id": ended.id})


def _role(session: Session, account: Account) -> str | None:
    """Return the role that the tokens carry."""
    # An operator's role waits for a second factor: a stolen password must not open the accounts of others.
    return account.role if account.role and enrolled_factors.of(session, account.id).methods else None


def _locked(session: Session, *conditions: ColumnElement[bool]) -> AccountSession | None:
    return session.scalar(select(AccountSession).where(*conditions).with_for_update())


def _own(session: Session, account_id: int, session_id: int) -> AccountSession | None:
    return _locked(session, AccountSession.id == session_id, AccountSession.account_id == account_id)


def _next_token(renewed: AccountSession, token: str, at: datetime, validity: SessionValidity) -> str | None:
    """Return the next refresh token.

    The newest token yields a new one; the previous token, within the grace period, yields the same answer again; any
    other yields None.
    """
    token_hash = opaque_tokens.fingerprint(token)
    if renewed.answers_again(token_hash, at, validity.grace):
        return refresh_tokens.successor(token, renewed.rotation_key or "")
    if token_hash != renewed.token_hash:
        return None
    key = opaque_tokens.new_token()
    following = refresh_tokens.successor(token, key)
    renewed.renew(opaque_tokens.fingerprint(following), key, at, validity)
    return following


def _end_by_reuse(session: Session, reused: AccountSession, at: datetime, origin: Origin) -> None:
    _end_as_a_thiefs(session, reused, at, "identity.session_ended_by_reuse.v1")
    history.remember(session, reused.account_id, Happening.SESSION_ENDED_BY_REUSE, origin)


def _end_as_a_thiefs(session: Session, ended: AccountSession, at: datetime, event: str) -> None:
    _end(session, ended, at)
    # Who has the session's tokens may have the device's too.
    known_devices.remove(session, ended.account_id, session_id=ended.id)
    device = asdict(devices.recognise(ended.user_agent))
    record(session, event, {"account_id": ended.account_id, **device})
