"""What structures know of a person, for that person to take away, and what keeps them from being forgotten (A-15)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from services.structures import queries
from services.structures.models import Attachment, Person, Structure, StructureStatus


def of(session: Session, account_id: int) -> dict[str, Any]:
    """In the shape of schemas.PersonalData."""
    own = select(Attachment).where(Attachment.account_id == account_id).order_by(Attachment.id)
    decided = select(Attachment).where(Attachment.decided_by == account_id, Attachment.account_id != account_id)
    return {
        "person": session.get(Person, account_id),
        "attachments": session.scalars(own).all(),
        "decided_attachments": session.scalars(decided.order_by(Attachment.id)).all(),
    }


def managed_alone(session: Session, account_id: int) -> Sequence[Structure]:
    """Active structures that nobody would manage without this account (S-12)."""
    own, other = aliased(Attachment), aliased(Attachment)
    others = exists().where(other.structure_id == own.structure_id, *queries.can_take_over(other, account_id))
    alone = (
        select(Structure)
        .join(own, own.structure_id == Structure.id)
        .where(own.account_id == account_id, *queries.manages(own), Structure.status == StructureStatus.ACTIVE, ~others)
        .order_by(Structure.id)
    )
    return session.scalars(alone).all()
