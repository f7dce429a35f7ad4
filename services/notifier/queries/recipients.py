"""Reads of recipients."""

from sqlalchemy.orm import Session

from services.notifier.models.read_models import Recipient


def find(session: Session, account_id: int) -> Recipient | None:
    return session.get(Recipient, account_id)
