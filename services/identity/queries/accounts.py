"""Accounts: single facts and lists."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from chassis.storage.compiled_reads import CompiledRead
from services.identity.errors.accounts import AccountUnknown
from services.identity.models import emails, mail_pace
from services.identity.models.accounts import Account, AccountStatus

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
        Account.awaited_contact_email,
    ).where(Account.id == bindparam("account_id"), Account.status != AccountStatus.ERASED)
)


def personal_words(session: Session, account_id: int) -> tuple[str, ...]:
    return session.get_one(Account, account_id).personal_words


def password_hash(session: Session, account_id: int) -> str | None:
    return session.scalar(select(Account.password_hash).where(Account.id == account_id))


def details(connection: Connection, account_id: int) -> object:
    """Return a row of the account's columns. Raise AccountUnknown."""
    # Without the object, which costs more than the query: every page reads the account of its person.
    rows = _ACCOUNT.rows(connection, account_id=account_id)
    if not rows:
        raise AccountUnknown
    return rows[0]


def has_just_asked_for_login_email(session: Session, account_id: int, login_email: str) -> bool:
    """Return whether the mail to this address is on its way: asking again sends no other."""
    columns = select(Account.awaited_login_email, Account.login_email_asked_at)
    awaited, asked_at = session.execute(columns.where(Account.id == account_id)).one()
    return bool(awaited == login_email and mail_pace.is_recent(asked_at, now()))


def awaited_contact_email(session: Session, account_id: int) -> str | None:
    return _addresses(session, account_id)[2]


def contact_email_to_prove(session: Session, account_id: int) -> str | None:
    """Return the contact e-mail that the activation of an account does not prove."""
    login_email, contact_email, awaited = _addresses(session, account_id)
    return awaited if emails.are_one(login_email, contact_email) else contact_email


def wants_mail_to(session: Session, account_id: int, contact_email: str) -> bool:
    """Return whether wanting this contact e-mail would have a confirmation mailed to it."""
    *proved, awaited = _addresses(session, account_id)
    return contact_email != awaited and not any(emails.are_one(contact_email, str(address)) for address in proved)


def _addresses(session: Session, account_id: int) -> tuple[str, str, str | None]:
    """Return login, contact and awaited contact e-mail, read without the account, which would not be read anew."""
    columns = select(Account.login_email, Account.contact_email, Account.awaited_contact_email)
    login_email, contact_email, awaited = session.execute(columns.where(Account.id == account_id)).one()
    return login_email, contact_email, awaited


def exists(session: Session, login_email: str) -> bool:
    return session.scalar(select(Account.id).where(Account.login_email == login_email)) is not None


def operators(session: Session) -> Sequence[Account]:
    return session.scalars(select(Account).where(Account.operator_since.is_not(None)).order_by(Account.id)).all()
