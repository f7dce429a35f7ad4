"""Reads of structures: one by its number, one under a lock, and the search (S-02)."""

from dataclasses import replace
from typing import TypedDict

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.ground.folding import has_words_of
from chassis.storage.keyset import Page, page
from services.structures.errors.structures import StructureExists, StructureUnknown
from services.structures.identifiers import spelling
from services.structures.identifiers.types import IdentifierType
from services.structures.models.structures import Structure, StructureStatus
from services.structures.models.visibility import HIDDEN_FROM, Audience
from services.structures.queries import audiences
from services.structures.queries.audiences import Viewer

_PAGING = frozenset({"after", "limit"})


class Criteria(TypedDict, total=False):
    """Fields of schemas.structures.StructureCriteria; a missing or None field is no criterion."""

    name: str | None
    identifier: str | None
    identifier_type: IdentifierType
    label: str | None
    status: StructureStatus
    is_public: bool
    verified: bool
    postcode: str | None
    town: str | None
    country: str | None
    after: str | None
    limit: int


def get(session: Session, structure_id: int, *, for_update: bool = False) -> Structure:
    """Return the structure. With `for_update`, no other transaction changes it until the end of this one.

    Raises StructureUnknown.
    """
    structure = session.get(Structure, structure_id, with_for_update=for_update)
    if structure is None:
        raise StructureUnknown
    return structure


def check_is_new(session: Session, kind: IdentifierType, identifier: str) -> None:
    """Raise StructureExists, before the directory is asked; when two race, the unique constraint stops one (S-01)."""
    same = select(Structure.id).where(Structure.identifier_type == kind, Structure.identifier == identifier)
    if session.scalar(same) is not None:
        raise StructureExists(field="identifier")


def search(session: Session, viewer: Viewer, criteria: Criteria) -> Page:
    """Return a page of the structures that match all criteria, as the viewer sees them (S-02, S-19)."""
    needed = {field: value for field, value in criteria.items() if value is not None and field not in _PAGING}
    statement = select(Structure).where(*(_condition(field, value) for field, value in needed.items()))
    if not HIDDEN_FROM[Audience.ANYONE].isdisjoint(needed):
        # What somebody does not see must not be found by them either.
        statement = statement.where(audiences.can_see_all(viewer))
    matching = page(session, statement, Structure.id, after=criteria.get("after"), limit=criteria["limit"])
    return replace(matching, items=audiences.view(session, viewer, matching.items))


def search_public(session: Session, criteria: Criteria) -> Page:
    """Return a page of the public structures as everyone sees them: never one that nobody has verified (S-03, S-05)."""
    if criteria.get("is_public") is False:
        return Page([], None)
    return search(session, audiences.ANONYMOUS, {**criteria, "is_public": True, "verified": True})


def _condition(field: str, value: object) -> ColumnElement[bool]:
    match field, value:
        case (("name" | "label" | "town"), str(text)):
            return has_words_of(_FOLDED[field], text)
        case "identifier", str(text):
            # The type may be missing, and each type has a spelling of its own: any of them matches.
            same = Structure.identifier.in_(spelling.spellings(text))
            return or_(same, _of_legal_unit(siren)) if (siren := spelling.siren(text)) else same
        case "country", str(text):
            value = text.upper()
    column: InstrumentedAttribute[object] = getattr(Structure, field)
    return column == value


def _of_legal_unit(siren: str) -> ColumnElement[bool]:
    """Return the condition that the structure is an establishment of the SIREN."""
    is_siret = Structure.identifier_type == IdentifierType.SIRET
    return and_(is_siret, Structure.identifier.between(f"{siren}00000", f"{siren}99999"))


_FOLDED: dict[str, InstrumentedAttribute[str] | InstrumentedAttribute[str | None]] = {
    "name": Structure.name_folded,
    "label": Structure.label_folded,
    "town": Structure.town_folded,
}
