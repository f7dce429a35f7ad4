"""Verification of a structure that came into being while the directory was silent (S-05)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.structures.directory.port import Establishment
from services.structures.models.structures import Structure
from services.structures.queries import structures
from services.structures.use_cases import events


def due(session: Session, moment: datetime) -> Structure | None:
    """Return a structure whose SIRET is to be looked up now, the one that waits longest first."""
    awaited = select(Structure).where(Structure.awaits_verification)
    is_due = Structure.verify_after.is_(None) | (Structure.verify_after <= moment)
    return session.scalars(awaited.where(is_due).order_by(Structure.verify_after.nulls_first(), Structure.id)).first()


def waiting(session: Session, most: int) -> Sequence[Structure]:
    """Return structures that wait for the directory, the oldest first."""
    return session.scalars(
        select(Structure).where(Structure.awaits_verification).order_by(Structure.id).limit(most)
    ).all()


def confirm(session: Session, structure_id: int, establishment: Establishment | None) -> bool:
    """End the waiting of a structure by the directory's entry, or without one by an operator's word.

    Return whether it waited. Raises StructureUnknown.
    """
    structure = structures.get(session, structure_id, for_update=True)
    if not structure.awaits_verification:
        return False
    structure.confirm(establishment)
    session.flush()
    record(session, "structures.structure_verified.v1", events.structure_facts(structure))
    return True


def postpone(session: Session, structure_id: int, until: datetime) -> None:
    """Look the SIRET up again only at a later moment."""
    structures.get(session, structure_id, for_update=True).verify_after = until
