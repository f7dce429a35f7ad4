"""Recipients: changes to the read model, without any mail."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.notifier.models.read_models import Recipient


def set_deactivated(session: Session, account_id: int, *, deactivated: bool) -> None:
    # Without a row nothing is lost: no mail can go to an account before its registration has arrived.
    existing = update(Recipient).where(Recipient.account_id == account_id)
    session.execute(existing.values(is_deactivated=deactivated))


def erase(session: Session, account_id: int) -> None:
    """Erase the recipient, with a new row if there is none: a late registration must find the erasure."""
    session.merge(Recipient(account_id=account_id)).erase()
