"""What people, and the notifier, can do with accounts: one function each. The edge opens and commits transactions."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.database import now
from chassis.events import record
from services.identity import errors, opaque_tokens
from services.identity.models import (
    CAPTCHA_VALIDITY,
    Account,
    AccountSession,
    AccountStatus,
    ActivationLink,
    Captcha,
    Credentials,
)

MOST_USER_AGENT = 200


@dataclass(frozen=True, repr=False)
class IssuedLink:
    token: str
    expires_at: datetime


@dataclass(frozen=True, repr=False)
class OpenSession:
    session_id: int
    account_id: int
    refresh_token: str


def new_captcha(session: Session, answer: str) -> Captcha:
    """Forgets the expired ones on the way, but those that someone else is forgetting: nobody waits to be shown one."""
    at = now()
    expired = select(Captcha.id).where(Captcha.expires_at <= at).with_for_update(skip_locked=True)
    session.execute(delete(Captcha).where(Captcha.id.in_(expired)))
    captcha = Captcha(id=uuid.uuid4(), answer=answer, expires_at=at + CAPTCHA_VALIDITY)
    session.add(captcha)
    return captcha


def answer_captcha(session: Session, captcha_id: uuid.UUID, answer: str) -> bool:
    """Whether the answer is right, in time and the first one. The captcha is burnt either way, which must be committed.

    Of two answers at once, one gets the deleted row.
    """
    burnt = session.scalar(delete(Captcha).where(Captcha.id == captcha_id).returning(Captcha))
    return burnt is not None and burnt.accepts(answer, now())


def sign_up(session: Session, login_email: str, details: Mapping[str, Any]) -> None:
    """Registers an account. With the address of an existing one, its holder is written to instead, and whoever signs
    up cannot tell (A-10). `details`: contact_email, names and address."""
    at = now()
    account = Account(
        login_email=login_email, status=AccountStatus.PENDING, registered_at=at, mail_asked_at=at, **details
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        _sign_up_again(session, login_email, at)
    else:
        record(session, "identity.account_registered.v1", _registered(account))


def ask_for_activation_again(session: Session, login_email: str) -> None:
    """Does the same for every address, as far as a stranger can see (A-06, A-10)."""
    account = _locked(session, Account.login_email == login_email)
    if account is not None and account.status is AccountStatus.PENDING:
        _have_mail_sent(session, account, "identity.activation_requested.v1", now())


def issue_activation_link(session: Session, account_id: int, validity: timedelta) -> IssuedLink:
    """For the notifier, at the moment when it sends the mail (A-05). Raises AccountUnknown, AccountAlreadyActive."""
    account, at = _locked(session, Account.id == account_id), now()
    if account is None:
        raise errors.AccountUnknown
    account.must_be_pending()
    standing = ActivationLink.account_id == account_id, ActivationLink.superseded_at.is_(None)
    for earlier in session.scalars(select(ActivationLink).where(*standing)):
        earlier.supersede(at)
    issued = IssuedLink(opaque_tokens.new_token(), at + validity)
    token_hash = opaque_tokens.fingerprint(issued.token)
    session.add(
        ActivationLink(account_id=account_id, token_hash=token_hash, issued_at=at, expires_at=issued.expires_at)
    )
    return issued


def activate(session: Session, token: str, chosen: Credentials) -> None:
    """Raises ActivationLinkUnknown, …Used, …Superseded or …Expired: of two activations at once, one."""
    token_hash, at = opaque_tokens.fingerprint(token), now()
    owner = select(ActivationLink.account_id).where(ActivationLink.token_hash == token_hash)
    account = _locked(session, Account.id.in_(owner))
    if account is None:
        raise errors.ActivationLinkUnknown
    session.scalars(select(ActivationLink).where(ActivationLink.token_hash == token_hash)).one().use(at)
    account.activate(chosen, at)
    record(session, "identity.account_activated.v1", {"account_id": account.id})


def open_session(session: Session, account_id: int, user_agent: str, validity: timedelta) -> OpenSession:
    """For a person whose password was right. Raises WrongCredentials if the account is not active any more."""
    account, at = _locked(session, Account.id == account_id), now()
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
        user_agent=user_agent[:MOST_USER_AGENT],
    )
    session.add(opened)
    session.flush()
    return OpenSession(opened.id, account_id, refresh_token)


def renew_session(session: Session, refresh_token: str, validity: timedelta) -> OpenSession | None:
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
    if found.token_hash != opaque_tokens.fingerprint(refresh_token) or not _is_active(session, found.account_id):
        found.end(at)
        return None
    renewed = _next_of(family)
    found.renew(opaque_tokens.fingerprint(renewed), at, validity)
    return OpenSession(found.id, found.account_id, renewed)


def sign_out(session: Session, account_id: int, session_id: int) -> None:
    """Raises SessionEnded when it has already ended."""
    own = AccountSession.id == session_id, AccountSession.account_id == account_id
    found = session.scalar(select(AccountSession).where(*own).with_for_update())
    if found is None:
        raise errors.SessionEnded
    found.end(now())


def _sign_up_again(session: Session, login_email: str, at: datetime) -> None:
    account = session.scalars(select(Account).where(Account.login_email == login_email).with_for_update()).one()
    if account.status is AccountStatus.PENDING:
        _have_mail_sent(session, account, "identity.activation_requested.v1", at)
    elif account.status is AccountStatus.ACTIVE:
        _have_mail_sent(session, account, "identity.sign_up_repeated.v1", at)


def _have_mail_sent(session: Session, account: Account, event: str, at: datetime) -> None:
    """Unless one was asked for minutes ago; a stranger must not learn that either (A-10)."""
    with suppress(errors.MailAskedTooSoon):
        account.ask_for_mail(at)
        record(session, event, {"account_id": account.id})


def _locked(session: Session, *which: Any) -> Account | None:
    return session.scalar(select(Account).where(*which).with_for_update())


def _is_active(session: Session, account_id: int) -> bool:
    return session.get_one(Account, account_id).status is AccountStatus.ACTIVE


def _next_of(family: str) -> str:
    """A refresh token: the name of its family, and what makes it the newest."""
    return f"{family}.{opaque_tokens.new_token()}"


def _registered(account: Account) -> dict[str, Any]:
    return {
        "account_id": account.id,
        "login_email": account.login_email,
        "contact_email": account.contact_email,
        "last_name": account.last_name,
        "first_name": account.first_name,
    }
