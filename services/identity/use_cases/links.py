"""Issuing the links in mails (A-05, A-06, A-09)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from services.identity import errors, opaque_tokens
from services.identity.models import Account, ActivationLink, LoginEmailLink, MailedLink, RecoveryLink
from services.identity.use_cases.shared import locked_account_of_number


@dataclass(frozen=True, repr=False)
class IssuedLink:
    token: str
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, repr=False)
class AddressedLink(IssuedLink):
    address: str
    """Where alone it may go."""


def issue_activation_link(session: Session, account_id: int, validity: timedelta) -> IssuedLink:
    """For the notifier, at the moment when it sends the mail (A-05). Raises AccountUnknown, AccountAlreadyActive."""
    locked_account_of_number(session, account_id).must_be_pending()
    return _issued(session, ActivationLink, account_id, validity)


def issue_recovery_link(session: Session, account_id: int, validity: timedelta) -> IssuedLink:
    """For the notifier, at the moment when it sends the mail (A-09). Raises AccountUnknown, AccountNotActive."""
    locked_account_of_number(session, account_id).must_be_active()
    return _issued(session, RecoveryLink, account_id, validity)


def issue_login_email_link(session: Session, account_id: int, validity: timedelta) -> AddressedLink:
    """For the notifier, at the moment when it sends the mail (A-12). Raises AccountUnknown or NoLoginEmailAwaited, also
    when another account has the address by now."""
    login_email = locked_account_of_number(session, account_id).must_await_login_email()
    if session.scalar(select(Account.id).where(Account.login_email == login_email)) is not None:
        raise errors.NoLoginEmailAwaited
    issued = _issued(session, LoginEmailLink, account_id, validity, login_email=login_email)
    return AddressedLink(issued.token, issued.issued_at, issued.expires_at, login_email)


def supersede_links(session: Session, kind: type[MailedLink], account_id: int, at: datetime) -> None:
    """Those that still stand, expired or not."""
    for earlier in session.scalars(select(kind).where(kind.account_id == account_id, *kind.standing())):
        earlier.supersede(at)


def _issued(session: Session, kind: type[MailedLink], account_id: int, validity: timedelta, **more: str) -> IssuedLink:
    at = now()
    supersede_links(session, kind, account_id, at)
    issued = IssuedLink(opaque_tokens.new_token(), at, at + validity)
    token_hash = opaque_tokens.fingerprint(issued.token)
    session.add(kind(account_id=account_id, token_hash=token_hash, issued_at=at, expires_at=issued.expires_at, **more))
    return issued
