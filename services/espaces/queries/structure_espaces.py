"""Espaces of the catalogue, each with its opening on one structure."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from services.espaces.catalogue.catalogue import Catalogue
from services.espaces.catalogue.entries import Espace
from services.espaces.errors.espaces import (
    EspaceAlreadyOpen,
    EspaceNotAvailable,
    StructureInactive,
    StructureUnverified,
)
from services.espaces.models.openings import Opening
from services.espaces.models.read_models import Structure
from services.espaces.queries import active_openings, structures


def describe_all(session: Session, catalogue: Catalogue, structure_id: int) -> list[dict[str, object]]:
    """Return each espace with its opening, or the code of the refusal that an opening would meet.

    The keys are the fields of schemas.espaces.StructureEspace. Raises StructureUnknown.
    """
    structure = structures.get(session, structure_id)
    openings = active_openings.by_espace(session, structure_id)
    return [_describe(espace, structure, openings) for espace in catalogue]


def _describe(espace: Espace, structure: Structure, openings: Mapping[str, Opening]) -> dict[str, object]:
    refusal_code = _refusal_code(espace, structure, openings)
    return {
        **vars(espace),
        "opening": openings.get(espace.code),
        "available": refusal_code is None,
        "unavailable_code": refusal_code,
    }


def _refusal_code(espace: Espace, structure: Structure, openings: Mapping[str, Opening]) -> str | None:
    if espace.code in openings:
        return EspaceAlreadyOpen.code
    try:
        structure.check_can_have(espace)
    except (StructureInactive, StructureUnverified, EspaceNotAvailable, EspaceAlreadyOpen) as refusal:
        return refusal.code
    return None
