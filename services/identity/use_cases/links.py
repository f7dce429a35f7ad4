"""Issue of the links in mails (A-05, A-06, A-09)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from services.identity.errors.my_account import NoContactEmailAwaited, NoLoginEmailAwaited
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.activation_links import ActivationLink
from services.identity.models.contact_email_links import ContactEmailLink
from services.identity.models.login_email_links import LoginEmailLink
from services.identity.models.mailed_links import MailedLink
from services.identity.models.recovery_links import RecoveryLink
from services.identity.tokens import opaque_tokens
from services.identity.use_cases import locks


@dataclass(frozen=True, repr=False)
class IssuedLink:
    token: str
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, repr=False)
class AddressedLink(IssuedLink):
    address: str
    """Address that alone may receive the link."""


def issue_activation_link(session: Session, account_id: int, validity: timedelta) -> IssuedLink:
    """Issue a link when the notifier sends the mail (A-05). Raise AccountUnknown or AccountAlreadyActive."""
    locks.account(session, account_id).must_be_pending()
    return _issued(session, ActivationLink, account_id, validity)


def issue_recovery_link(session: Session, account_id: int, validity: timedelta) -> IssuedLink:
    """Issue a link when the notifier sends the mail (A-09). Raise AccountUnknown or AccountNotActive."""
    locks.account(session, account_id).must_be_active()
    return _issued(session, RecoveryLink, account_id, validity)


def issue_login_email_link(session: Session, account_id: int, validity: timedelta) -> AddressedLink:
    """Issue a link when the notifier sends the mail (A-12).

    Raise AccountUnknown or NoLoginEmailAwaited, also when another account has the address by now.
    """
    login_email = locks.account(session, account_id).must_await_login_email()
    if session.scalar(select(Account.id).where(Account.login_email == login_email)) is not None:
        raise NoLoginEmailAwaited
    issued = _issued(session, LoginEmailLink, account_id, validity, login_email=login_email)
    return AddressedLink(issued.token, issued.issued_at, issued.expires_at, login_email)


def issue_contact_email_link(session: Session, account_id: int, request: int, validity: timedelta) -> AddressedLink:
    """Issue a link when the notifier sends the mail of a request (A-16).

    Raise AccountUnknown or NoContactEmailAwaited, also where a later request has taken the place of this one.
    """
    account = locks.account(session, account_id)
    contact_email = account.must_await_contact_email()
    if account.status is not AccountStatus.ACTIVE or account.contact_email_request != request:
        raise NoContactEmailAwaited
    issued = _issued(session, ContactEmailLink, account_id, validity, contact_email=contact_email)
    return AddressedLink(issued.token, issued.issued_at, issued.expires_at, contact_email)


def supersede(session: Session, kind: type[MailedLink], account_id: int, at: datetime) -> None:
    """Replace the links that still stand, expired or not."""
    for earlier in session.scalars(select(kind).where(kind.account_id == account_id, *kind.replaceable())):
        earlier.supersede(at)


def _issued(session: Session, kind: type[MailedLink], account_id: int, validity: timedelta, **more: str) -> IssuedLink:
    # The caller has locked the account: of two links issued at once, the later supersedes the earlier.
    at = now()
    supersede(session, kind, account_id, at)
    issued = IssuedLink(opaque_tokens.new_token(), at, at + validity)
    token_hash = opaque_tokens.fingerprint(issued.token)
    session.add(kind(account_id=account_id, token_hash=token_hash, issued_at=at, expires_at=issued.expires_at, **more))
    return issued
