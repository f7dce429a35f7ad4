"""Mailed links that can be used now (A-05)."""

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.storage.database import now
from services.identity.models.accounts import Account
from services.identity.models.mailed_links import MailedLink
from services.identity.tokens import opaque_tokens

L = TypeVar("L", bound=MailedLink)


def find(session: Session, kind: type[L], token: str) -> tuple[L, Account]:
    """Return a link that can be used now, and its account. Raise the refusal that says why it cannot."""
    token_hash = opaque_tokens.fingerprint(token)
    link = session.scalar(select(kind).where(kind.token_hash == token_hash))
    if link is None:
        raise kind.UNKNOWN
    link.must_be_open(now())
    return link, session.get_one(Account, link.account_id)
