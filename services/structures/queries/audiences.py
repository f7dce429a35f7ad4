"""Reads of the relation of a person to structures, which decides what they see of hidden ones (S-19)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, false, or_, select, true
from sqlalchemy.orm import Session

from services.structures.models.attachments import MANAGERS, Attachment, AttachmentStatus
from services.structures.models.structures import Structure
from services.structures.models.visibility import Audience, SeenStructure, seen_by


@dataclass(frozen=True)
class Viewer:
    """Person who reads; None without an account."""

    account_id: int | None
    is_operator: bool = False


ANONYMOUS = Viewer(None)


def view(session: Session, viewer: Viewer, structures: Iterable[Structure]) -> list[SeenStructure]:
    """Return the structures as the viewer sees them."""
    read = list(structures)
    audiences = _audiences(session, viewer, [structure.id for structure in read if structure.is_hidden])
    return [seen_by(structure, audiences.get(structure.id, _of_strangers(viewer))) for structure in read]


def can_see_all(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on a structure that the viewer sees every field of it: a search must not tell more."""
    if viewer.is_operator:
        return true()
    attached = (
        exists().where(Attachment.structure_id == Structure.id, *_in_force(viewer.account_id))
        if viewer.account_id is not None
        else false()
    )
    return or_(~Structure.is_hidden, attached)


def _audiences(session: Session, viewer: Viewer, structure_ids: list[int]) -> dict[int, Audience]:
    if viewer.account_id is None or viewer.is_operator or not structure_ids:
        return {}
    rows = session.execute(
        select(Attachment.structure_id, Attachment.role).where(
            Attachment.structure_id.in_(structure_ids), *_in_force(viewer.account_id)
        )
    )
    return {number: Audience.MANAGER if role in MANAGERS else Audience.ATTACHED for number, role in rows}


def _of_strangers(viewer: Viewer) -> Audience:
    return Audience.OPERATOR if viewer.is_operator else Audience.ANYONE


def _in_force(account_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return Attachment.account_id == account_id, Attachment.status == AttachmentStatus.APPROVED
