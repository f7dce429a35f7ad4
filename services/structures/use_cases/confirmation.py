"""Confirmation of who manages a structure: whoever creates it manages it at once, confirmed by nobody (S-22)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.structures.models.structures import Structure
from services.structures.queries import structures


def unconfirmed(session: Session, most: int) -> Sequence[Structure]:
    """Return structures whose manager nobody has confirmed, the oldest first."""
    waiting = select(Structure).where(~Structure.is_confirmed).order_by(Structure.id).limit(most)
    return session.scalars(waiting).all()


def confirm(session: Session, structure_id: int) -> bool:
    """Confirm by an operator's word; return whether it was unconfirmed. Raises StructureUnknown."""
    structure = structures.get(session, structure_id, for_update=True)
    was_confirmed, structure.is_confirmed = structure.is_confirmed, True
    return not was_confirmed
