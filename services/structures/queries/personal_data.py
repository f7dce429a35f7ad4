"""Reads of a person's own data, and of the structures that keep their account from being erased (A-15)."""

from collections.abc import Sequence
from typing import TypedDict

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from services.structures.models.attachments import Attachment
from services.structures.models.read_models import Person
from services.structures.models.structures import Structure, StructureStatus
from services.structures.queries import managers


class PersonalData(TypedDict):
    """Personal data, as schemas.personal_data.PersonalData gives it out."""

    person: Person | None
    attachments: Sequence[Attachment]
    decided_attachments: Sequence[Attachment]


def of_account(session: Session, account_id: int) -> PersonalData:
    own = select(Attachment).where(Attachment.account_id == account_id).order_by(Attachment.id)
    decided = select(Attachment).where(Attachment.decided_by == account_id, Attachment.account_id != account_id)
    return {
        "person": session.get(Person, account_id),
        "attachments": session.scalars(own).all(),
        "decided_attachments": session.scalars(decided.order_by(Attachment.id)).all(),
    }


def managed_alone(session: Session, account_id: int) -> Sequence[Structure]:
    """Return the active structures that would have no manager without this account (S-12)."""
    own, other = aliased(Attachment), aliased(Attachment)
    others = exists().where(other.structure_id == own.structure_id, *managers.can_take_over(other, account_id))
    alone = (
        select(Structure)
        .join(own, own.structure_id == Structure.id)
        .where(
            own.account_id == account_id,
            *managers.is_manager(own),
            Structure.status == StructureStatus.ACTIVE,
            ~others,
        )
        .order_by(Structure.id)
    )
    return session.scalars(alone).all()
