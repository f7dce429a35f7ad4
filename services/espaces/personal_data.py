"""What espaces know of a person, for that person to take away (A-15)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from services.espaces.models import Attachment, Opening, Person, Subscription


def of(session: Session, account_id: int) -> dict[str, Any]:
    """In the shape of schemas.PersonalData."""
    attached = select(Attachment).where(Attachment.account_id == account_id).order_by(Attachment.attachment_id)
    opened = select(Opening).where(Opening.opened_by == account_id).order_by(Opening.id)
    by_oneself = Subscription.decided_by == account_id, Subscription.account_id != account_id
    return {
        "person": session.get(Person, account_id),
        "attachments": session.scalars(attached).all(),
        "openings": session.scalars(opened).all(),
        "subscriptions": _subscriptions(session, Subscription.account_id == account_id),
        "decided_subscriptions": _subscriptions(session, *by_oneself),
    }


def _subscriptions(session: Session, *which: ColumnElement[bool]) -> Sequence[Subscription]:
    chosen = select(Subscription).where(*which).options(joinedload(Subscription.structure)).order_by(Subscription.id)
    return session.scalars(chosen).all()
