"""What is read from the structures' database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from chassis.ground.folding import has_words_of
from chassis.storage.keyset import Page, page
from services.structures import identifiers
from services.structures.errors import AccountErased, AttachmentUnknown, NotAManager, StructureExists, StructureUnknown
from services.structures.identifiers import IdentifierType
from services.structures.models import MANAGERS, AccountStatus, Attachment, AttachmentStatus, Person, Structure


def structure(session: Session, structure_id: int) -> Structure:
    """Raises StructureUnknown."""
    found = session.get(Structure, structure_id)
    if found is None:
        raise StructureUnknown
    return found


def check_is_new(session: Session, kind: IdentifierType, identifier: str) -> None:
    """Raises StructureExists, before the directory is asked; of two at once the unique constraint stops one (S-01)."""
    same = select(Structure.id).where(Structure.identifier_type == kind, Structure.identifier == identifier)
    if session.scalar(same) is not None:
        raise StructureExists(field="identifier")


def check_not_erased(session: Session, account_id: int) -> None:
    """Raises AccountErased: a token may outlive its account by minutes (A-15). Until the end of the transaction the
    account is not erased here, so that what is written now is found and emptied then."""
    person = session.get(Person, account_id, with_for_update={"read": True})
    if person is not None and person.is_erased:
        raise AccountErased


def search(session: Session, criteria: Mapping[str, Any]) -> Page:
    """S-02. `criteria`: the fields of schemas.StructureCriteria; those that are missing or None are no criterion."""
    given = {name: value for name, value in criteria.items() if value is not None}
    after, limit = given.pop("after", None), given.pop("limit")
    statement = select(Structure).where(*(_criterion(name, value) for name, value in given.items()))
    return page(session, statement, Structure.id, after=after, limit=limit)


def _criterion(name: str, value: Any) -> ColumnElement[bool]:
    if name in _FOLDED:
        return has_words_of(_FOLDED[name], value)
    if name == "identifier":
        return Structure.identifier.in_(identifiers.spellings(value))
    column: ColumnElement[Any] = getattr(Structure, name)
    equal: ColumnElement[bool] = column == (value.upper() if name == "country" else value)
    return equal


_FOLDED: dict[str, InstrumentedAttribute[Any]] = {
    "name": Structure.name_folded,
    "label": Structure.label_folded,
    "town": Structure.town_folded,
}


def account_to_activate(session: Session, manager_id: int, attachment_id: int) -> int:
    """The account behind an attachment that this manager may have the activation mail sent to again (A-06).

    Raises AttachmentUnknown, NotAManager, AttachmentNotInForce or AccountNotPending.
    """
    attachment = session.get(Attachment, attachment_id, options=[joinedload(Attachment.person)])
    if attachment is None:
        raise AttachmentUnknown
    manager(session, manager_id, attachment.structure_id)
    attachment.must_await_activation()
    return attachment.account_id


def attachments_of(session: Session, account_id: int, query: Mapping[str, Any]) -> Page:
    statement = _with_status(select(Attachment).where(Attachment.account_id == account_id), query["status"])
    return page(session, statement, Attachment.id, after=query["after"], limit=query["limit"])


def attachments_to(session: Session, structure_id: int, query: Mapping[str, Any]) -> Page:
    """With the people behind them, by what is known of them now."""
    statement = select(Attachment).where(Attachment.structure_id == structure_id).options(joinedload(Attachment.person))
    return page(
        session, _with_status(statement, query["status"]), Attachment.id, after=query["after"], limit=query["limit"]
    )


def _with_status(statement: Select[Any], status: AttachmentStatus | None) -> Select[Any]:
    return statement.where(Attachment.status == status) if status else statement


def manager(session: Session, account_id: int, structure_id: int) -> Attachment:
    """The attachment that makes this account a manager of the structure. Raises StructureUnknown or NotAManager, also
    for a manager whose account is deactivated."""
    deactivated = exists().where(Person.account_id == account_id, Person.status == AccountStatus.DEACTIVATED)
    found = session.scalar(managers(structure_id).where(Attachment.account_id == account_id, ~deactivated))
    if found is None:
        structure(session, structure_id)
        raise NotAManager
    return found


def manager_ids(session: Session, structure_id: int) -> list[int]:
    """The accounts that may decide, and are told of requests."""
    return [found.account_id for found in session.scalars(managers(structure_id).order_by(Attachment.id))]


def can_take_over(attachment: Any, account_id: int) -> tuple[ColumnElement[bool], ...]:
    """Conditions on an attachment: that of another manager than this account, one who can sign in."""
    deactivated = exists().where(Person.account_id == attachment.account_id, Person.status == AccountStatus.DEACTIVATED)
    return (attachment.account_id != account_id, *manages(attachment), ~deactivated)


def manages(attachment: Any) -> tuple[ColumnElement[bool], ...]:
    return attachment.role.in_(sorted(MANAGERS)), attachment.status == AttachmentStatus.APPROVED


def managers(structure_id: int) -> Select[Attachment]:
    """In force, of any account."""
    return select(Attachment).where(Attachment.structure_id == structure_id, *manages(Attachment))
