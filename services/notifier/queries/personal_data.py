"""Reads of a person's own data (A-15)."""

from collections.abc import Sequence
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifier.models.mails import Mail
from services.notifier.models.read_models import Recipient


class PersonalData(TypedDict):
    """Personal data, as schemas.personal_data.PersonalData gives it out."""

    recipient: Recipient | None
    mails: Sequence[Mail]


def of_account(session: Session, account_id: int) -> PersonalData:
    mails = select(Mail).where(Mail.account_id == account_id).order_by(Mail.id)
    return {"recipient": session.get(Recipient, account_id), "mails": session.scalars(mails).all()}
