"""Accounts: single facts and lists."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from chassis.storage.compiled_reads import CompiledRead
from services.identity.errors.accounts import AccountUnknown
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


def exists(session: Session, login_email: str) -> bool:
    return session.scalar(select(Account.id).where(Account.login_email == login_email)) is not None


def operators(session: Session) -> Sequence[Account]:
    return session.scalars(select(Account).where(Account.operator_since.is_not(None)).order_by(Account.id)).all()
