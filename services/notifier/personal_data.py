"""What the notifier knows of a person, for that person to take away (A-15)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifier.models import Mail, Recipient


def of(session: Session, account_id: int) -> dict[str, Any]:
    """In the shape of schemas.PersonalData."""
    mails = select(Mail).where(Mail.account_id == account_id).order_by(Mail.id)
    return {"recipient": session.get(Recipient, account_id), "mails": session.scalars(mails).all()}
