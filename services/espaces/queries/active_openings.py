"""Reads of the openings that are active."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.espaces.models.openings import Opening, OpeningStatus


def by_espace(session: Session, structure_id: int) -> dict[str, Opening]:
    """Return the active openings of a structure by the code of their espace."""
    active = select(Opening).where(Opening.structure_id == structure_id, Opening.status == OpeningStatus.ACTIVE)
    return {opening.espace: opening for opening in session.scalars(active)}
