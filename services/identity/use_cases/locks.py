"""Locks on accounts and their links. Lock order: tries, then the account, then its links, sessions and challenges."""

from typing import TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from services.identity.errors.accounts import AccountUnknown
from services.identity.models.accounts import Account
from services.identity.models.mailed_links import MailedLink
from services.identity.tokens import opaque_tokens

L = TypeVar("L", bound=MailedLink)


def find_account(session: Session, *conditions: ColumnElement[bool]) -> Account | None:
    """Return the account, locked until the end of the transaction; None if there is none."""
    # FOR NO KEY UPDATE, so that rows that refer to the account, such as its history, can be added meanwhile: a renewal
    # holds a session and adds history, while the end of all sessions holds the account and waits for that session.
    return session.scalar(select(Account).where(*conditions).with_for_update(key_share=True))


def account(session: Session, account_id: int) -> Account:
    """Return the account, locked. Raise AccountUnknown."""
    account = find_account(session, Account.id == account_id)
    if account is None:
        raise AccountUnknown
    return account


def link(session: Session, kind: type[L], token: str) -> tuple[Account, L]:
    """Return a link and its account, whose lock guards both. Raise the kind's UNKNOWN."""
    token_hash = opaque_tokens.fingerprint(token)
    owner = select(kind.account_id).where(kind.token_hash == token_hash)
    account = find_account(session, Account.id.in_(owner))
    if account is None:
        raise kind.UNKNOWN
    # Read only now: before the lock, another transaction could still use it up.
    return account, session.scalars(select(kind).where(kind.token_hash == token_hash)).one()
