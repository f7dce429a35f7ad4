"""Reads of a person's own data (A-15)."""

from collections.abc import Sequence
from typing import TypedDict

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from services.espaces.models.openings import Opening
from services.espaces.models.read_models import Attachment, Person
from services.espaces.models.subscriptions import Subscription


class PersonalData(TypedDict):
    """Personal data, as schemas.personal_data.PersonalData gives it out."""

    person: Person | None
    attachments: Sequence[Attachment]
    openings: Sequence[Opening]
    subscriptions: Sequence[Subscription]
    decided_subscriptions: Sequence[Subscription]


def of_account(session: Session, account_id: int) -> PersonalData:
    attached = select(Attachment).where(Attachment.account_id == account_id).order_by(Attachment.attachment_id)
    opened = select(Opening).where(Opening.opened_by == account_id).order_by(Opening.id)
    decided = Subscription.decided_by == account_id, Subscription.account_id != account_id
    return {
        "person": session.get(Person, account_id),
        "attachments": session.scalars(attached).all(),
        "openings": session.scalars(opened).all(),
        "subscriptions": _subscriptions(session, Subscription.account_id == account_id),
        "decided_subscriptions": _subscriptions(session, *decided),
    }


def _subscriptions(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Subscription]:
    chosen = select(Subscription).where(*conditions).options(joinedload(Subscription.structure))
    return session.scalars(chosen.order_by(Subscription.id)).all()
