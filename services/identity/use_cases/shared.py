"""What several use cases need."""

from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.identity import errors, opaque_tokens
from services.identity.models import Account, MailedLink

L = TypeVar("L", bound=MailedLink)


def locked_account(session: Session, *which: Any) -> Account | None:
    """The account, kept from others until the end of the transaction.

    Only from those who want it as well: rows that refer to it, such as those of the history, can be added meanwhile.
    """
    return session.scalar(select(Account).where(*which).with_for_update(key_share=True))


def locked_account_of_number(session: Session, account_id: int) -> Account:
    """The same; raises AccountUnknown."""
    account = locked_account(session, Account.id == account_id)
    if account is None:
        raise errors.AccountUnknown
    return account


def locked_link(session: Session, kind: type[L], token: str) -> tuple[Account, L]:
    """A link and its account, which keeps others from both. Raises the kind's UNKNOWN."""
    token_hash = opaque_tokens.fingerprint(token)
    owner = select(kind.account_id).where(kind.token_hash == token_hash)
    account = locked_account(session, Account.id.in_(owner))
    if account is None:
        raise kind.UNKNOWN
    return account, session.scalars(select(kind).where(kind.token_hash == token_hash)).one()


def have_mail_sent(session: Session, account: Account, event: str, at: datetime) -> None:
    """Unless one was asked for minutes ago; a stranger must not learn that either (A-10)."""
    with suppress(errors.MailAskedTooSoon):
        account.ask_for_mail(at)
        record(session, event, {"account_id": account.id})


def person_facts(account: Account) -> dict[str, Any]:
    """What other services keep of a person."""
    return {
        "account_id": account.id,
        "login_email": account.login_email,
        "contact_email": account.contact_email,
        "last_name": account.last_name,
        "first_name": account.first_name,
    }
