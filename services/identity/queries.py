"""What is read of accounts, their sessions and history, of links and captchas."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from chassis.storage.compiled_reads import CompiledRead
from chassis.storage.keyset import Page, newest_first
from services.identity import opaque_tokens
from services.identity.errors import AccountUnknown, CaptchaUnknown
from services.identity.models import (
    Account,
    AccountSession,
    AccountStatus,
    Captcha,
    HistoryEntry,
    Limit,
    MailedLink,
    Tries,
    account_key,
)

L = TypeVar("L", bound=MailedLink)

_ACCOUNT = CompiledRead(
    select(
        Account.id,
        Account.login_email,
        Account.contact_email,
        Account.last_name,
        Account.first_name,
        Account.street,
        Account.postcode,
        Account.town,
        Account.country,
        Account.status,
        Account.version,
        Account.awaited_login_email,
    ).where(Account.id == bindparam("account_id"), Account.status != AccountStatus.ERASED)
)
_END_OF_SESSION = CompiledRead(
    select(AccountSession.ended_at, AccountSession.expires_at).where(
        AccountSession.id == bindparam("session_id"), AccountSession.account_id == bindparam("account_id")
    )
)


@dataclass(frozen=True, repr=False)
class SignInFacts:
    """What a password is checked against; both None for an address that nobody can sign in with."""

    account_id: int | None = None
    password_hash: str | None = None

    @property
    def account_key(self) -> str | None:
        return account_key(self.account_id) if self.account_id is not None else None


@dataclass(frozen=True)
class Standing:
    """How it stands with the tries of an account and of a client together."""

    is_locked: bool
    rank: int


def captcha_answer(session: Session, captcha_id: uuid.UUID) -> str:
    """Raises CaptchaUnknown, also for one that has expired."""
    captcha = session.get(Captcha, captcha_id)
    if captcha is None or captcha.expires_at <= now():
        raise CaptchaUnknown
    return captcha.answer


def open_link(session: Session, kind: type[L], token: str) -> tuple[L, Account]:
    """A link that can be used now, and whose it is; raises the refusal that says why it cannot."""
    token_hash = opaque_tokens.fingerprint(token)
    link = session.scalar(select(kind).where(kind.token_hash == token_hash))
    if link is None:
        raise kind.UNKNOWN
    link.must_be_open(now())
    return link, session.get_one(Account, link.account_id)


def personal_words(session: Session, account_id: int) -> tuple[str, ...]:
    return session.get_one(Account, account_id).personal_words


def sign_in_facts(session: Session, login_email: str) -> SignInFacts:
    account = session.scalar(select(Account).where(Account.login_email == login_email))
    if account is None or account.status is not AccountStatus.ACTIVE:
        return SignInFacts()
    return SignInFacts(account.id, account.password_hash)


def password_hash(session: Session, account_id: int) -> str | None:
    return session.scalar(select(Account.password_hash).where(Account.id == account_id))


def standing(session: Session, keys: Sequence[str], limit: Limit) -> Standing:
    at, found = now(), session.scalars(select(Tries).where(Tries.key.in_(keys))).all()
    return Standing(any(tries.is_locked(at) for tries in found), sum(tries.rank(at, limit) for tries in found))


def account(connection: Connection, account_id: int) -> Any:
    """A row of its columns, without the object: everybody reads their own at every turn."""
    found = _ACCOUNT.rows(connection, account_id=account_id)
    if not found:
        raise AccountUnknown
    return found[0]


def is_session_open(connection: Connection, account_id: int, session_id: int) -> bool:
    """Without the object, like `account`."""
    found = _END_OF_SESSION.rows(connection, account_id=account_id, session_id=session_id)
    return bool(found) and found[0].ended_at is None and now() < found[0].expires_at


def open_sessions(session: Session, account_id: int, current: int, page: Mapping[str, Any]) -> Page:
    """The newest sign-in first; `current`: the session in which they are asked for (A-13)."""
    shown = select(
        AccountSession.id.label("session_id"),
        AccountSession.user_agent,
        AccountSession.address,
        AccountSession.created_at.label("opened_at"),
        AccountSession.last_used_at,
        AccountSession.expires_at,
        (AccountSession.id == current).label("is_current"),
    )
    own = AccountSession.account_id == account_id, AccountSession.ended_at.is_(None), AccountSession.expires_at > now()
    return newest_first(session, shown.where(*own), AccountSession.id, **page)


def history(session: Session, account_id: int, page: Mapping[str, Any]) -> Page:
    """Of HistoryEntry, the newest first."""
    own = select(HistoryEntry).where(HistoryEntry.account_id == account_id)
    return newest_first(session, own, HistoryEntry.id, **page)
