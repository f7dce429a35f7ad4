"""What is read of accounts, links and captchas."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from chassis.database import now
from chassis.reads import Read
from services.identity import opaque_tokens
from services.identity.errors import AccountUnknown, ActivationLinkUnknown, CaptchaUnknown
from services.identity.models import Account, AccountStatus, ActivationLink, Captcha

_ACCOUNT = Read(
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
    ).where(Account.id == bindparam("account_id"))
)


@dataclass(frozen=True, repr=False)
class SignInFacts:
    """What a password is checked against; both None for an address that nobody can sign in with."""

    account_id: int | None = None
    password_hash: str | None = None


def captcha_answer(session: Session, captcha_id: uuid.UUID) -> str:
    """Raises CaptchaUnknown, also for one that has expired."""
    captcha = session.get(Captcha, captcha_id)
    if captcha is None or captcha.expires_at <= now():
        raise CaptchaUnknown
    return captcha.answer


def open_link(session: Session, token: str) -> ActivationLink:
    """A link that can be used now; raises the refusal that says why it cannot."""
    token_hash = opaque_tokens.fingerprint(token)
    link = session.scalar(select(ActivationLink).where(ActivationLink.token_hash == token_hash))
    if link is None:
        raise ActivationLinkUnknown
    link.must_be_open(now())
    return link


def personal_words(session: Session, account_id: int) -> tuple[str, ...]:
    return session.get_one(Account, account_id).personal_words


def sign_in_facts(session: Session, login_email: str) -> SignInFacts:
    account = session.scalar(select(Account).where(Account.login_email == login_email))
    if account is None or account.status is not AccountStatus.ACTIVE:
        return SignInFacts()
    return SignInFacts(account.id, account.password_hash)


def account(connection: Connection, account_id: int) -> Any:
    """A row of its columns, without the object: everybody reads their own at every turn."""
    found = _ACCOUNT.rows(connection, account_id=account_id)
    if not found:
        raise AccountUnknown
    return found[0]
