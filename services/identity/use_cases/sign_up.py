"""Signing up, and asking for the activation mail again (A-01, A-02, A-06, A-10)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.models import Account, AccountStatus, Happening, Origin
from services.identity.use_cases.history import remember
from services.identity.use_cases.shared import have_mail_sent, locked_account, person_facts


def sign_up(session: Session, login_email: str, details: Mapping[str, Any], origin: Origin) -> None:
    """Registers an account. With the address of an existing one, its holder is written to instead, and whoever signs
    up cannot tell (A-10). `details`: contact_email, names and address."""
    try:
        register(session, login_email, details, origin)
    except IntegrityError:
        _sign_up_again(session, login_email, now())


def register(session: Session, login_email: str, details: Mapping[str, Any], origin: Origin) -> Account:
    """A new account, to which the activation mail goes. Raises IntegrityError if there is one with this address."""
    at = now()
    account = Account(
        login_email=login_email, status=AccountStatus.PENDING, registered_at=at, mail_asked_at=at, **details
    )
    with session.begin_nested():
        session.add(account)
    record(session, "identity.account_registered.v1", person_facts(account))
    remember(session, account.id, Happening.SIGNED_UP, origin)
    return account


def ask_for_activation_again(session: Session, login_email: str) -> None:
    """Does the same for every address, as far as a stranger can see (A-06, A-10)."""
    account = locked_account(session, Account.login_email == login_email)
    if account is not None and account.status is AccountStatus.PENDING:
        have_mail_sent(session, account, "identity.activation_requested.v1", now())


def _sign_up_again(session: Session, login_email: str, at: datetime) -> None:
    account = session.scalars(select(Account).where(Account.login_email == login_email).with_for_update()).one()
    if account.status is AccountStatus.PENDING:
        have_mail_sent(session, account, "identity.activation_requested.v1", at)
    elif account.status is AccountStatus.ACTIVE:
        have_mail_sent(session, account, "identity.sign_up_repeated.v1", at)
