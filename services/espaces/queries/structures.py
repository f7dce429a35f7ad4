"""Reads of structures by their number."""

from sqlalchemy.orm import Session

from services.espaces.errors.structures import StructureUnknown
from services.espaces.models.read_models import Structure


def get(session: Session, structure_id: int, *, for_update: bool = False) -> Structure:
    """Return the structure. With `for_update`, no other transaction changes it until the end of this one.

    Raises StructureUnknown.
    """
    structure = session.get(Structure, structure_id, with_for_update=for_update)
    if structure is None:
        raise StructureUnknown
    return structure
