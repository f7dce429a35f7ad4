"""What several use cases need."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.identity.models import Account


def locked_account(session: Session, *which: Any) -> Account | None:
    """The account, kept from others until the end of the transaction."""
    return session.scalar(select(Account).where(*which).with_for_update())
