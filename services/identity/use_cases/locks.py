"""What several use cases need."""

from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.identity.errors.accounts import AccountUnknown
from services.identity.models.accounts import Account
from services.identity.models.mailed_links import MailedLink
from services.identity.tokens import opaque_tokens

L = TypeVar("L", bound=MailedLink)


def find_account(session: Session, *which: Any) -> Account | None:
    """The account, kept from others until the end of the transaction.

    Only from those who want it as well: rows that refer to it, such as those of the history, can be added meanwhile.
    """
    return session.scalar(select(Account).where(*which).with_for_update(key_share=True))


def account(session: Session, account_id: int) -> Account:
    """The same; raises AccountUnknown."""
    account = find_account(session, Account.id == account_id)
    if account is None:
        raise AccountUnknown
    return account


def link(session: Session, kind: type[L], token: str) -> tuple[Account, L]:
    """A link and its account, which keeps others from both. Raises the kind's UNKNOWN."""
    token_hash = opaque_tokens.fingerprint(token)
    owner = select(kind.account_id).where(kind.token_hash == token_hash)
    account = find_account(session, Account.id.in_(owner))
    if account is None:
        raise kind.UNKNOWN
    return account, session.scalars(select(kind).where(kind.token_hash == token_hash)).one()
