"""Sign-up, and requests for another activation mail (A-01, A-02, A-06, A-10)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.models import contact_emails
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.history import Happening, Origin
from services.identity.use_cases import account_events, history, locks


def register_or_notify(session: Session, login_email: str, details: Mapping[str, object], origin: Origin) -> None:
    """Register an account, or have the holder of an existing one written to, without letting the visitor know (A-10).

    `details`: contact_email, names and address.
    """
    try:
        # Inserted without a look first: of two sign-ups at once, only the unique index tells the second.
        register(session, login_email, details, origin)
    except IntegrityError:
        _sign_up_again(session, login_email, details, now())


def register(session: Session, login_email: str, details: Mapping[str, object], origin: Origin) -> Account:
    """Register an account and have its activation mail sent. Raise IntegrityError if the address has one already."""
    at = now()
    account = Account(
        login_email=login_email,
        status=AccountStatus.PENDING,
        registered_at=at,
        mail_asked_at=at,
        **_as_fields(login_email, details),
    )
    # A savepoint: after a violation, the transaction goes on and writes to the holder.
    with session.begin_nested():
        session.add(account)
    record(session, "identity.account_registered.v1", account_events.person_facts(account))
    history.remember(session, account.id, Happening.SIGNED_UP, origin)
    return account


def request_activation_mail(session: Session, login_email: str) -> None:
    """Have the activation mail sent again; a stranger sees no difference between addresses (A-06, A-10)."""
    account = locks.find_account(session, Account.login_email == login_email)
    if account is not None and account.status is AccountStatus.PENDING:
        account_events.request_mail(session, account, "identity.activation_requested.v1", now())


def _sign_up_again(session: Session, login_email: str, details: Mapping[str, object], at: datetime) -> None:
    """Take over what was typed now, until the address is proved (A-16): what came before may be a stranger's."""
    account = session.scalars(select(Account).where(Account.login_email == login_email).with_for_update()).one()
    if account.status is AccountStatus.PENDING:
        if account.change_details(_as_fields(login_email, details), account.version):
            record(session, "identity.account_changed.v1", account_events.person_facts(account))
        account_events.request_mail(session, account, "identity.activation_requested.v1", at)
    elif account.status is AccountStatus.ACTIVE:
        account_events.request_mail(session, account, "identity.sign_up_repeated.v1", at)
    else:
        account_events.request_mail(session, account, "identity.deactivated_account_asked_for.v1", at)


def _as_fields(login_email: str, details: Mapping[str, object]) -> dict[str, object]:
    """Return details as fields of an account, whose contact e-mail waits to be proved (A-16)."""
    return {**details, **contact_emails.at_sign_up(login_email, str(details["contact_email"]))}
