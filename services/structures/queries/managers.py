"""Reads of the attachments that make an account a manager."""

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from services.structures.errors.attachments import AttachmentUnknown
from services.structures.errors.structures import NotAManager
from services.structures.models.attachments import MANAGERS, Attachment, AttachmentStatus
from services.structures.models.read_models import AccountStatus, Person
from services.structures.queries import structures


def require(session: Session, account_id: int, structure_id: int) -> Attachment:
    """Return the attachment that makes this account a manager of the structure.

    Raises StructureUnknown, or NotAManager, also for a manager whose account is deactivated.
    """
    deactivated = exists().where(Person.account_id == account_id, Person.status == AccountStatus.DEACTIVATED)
    managing = select_in_force(structure_id).where(Attachment.account_id == account_id, ~deactivated)
    attachment = session.scalar(managing)
    if attachment is None:
        # Raises StructureUnknown where that is the reason.
        structures.get(session, structure_id)
        raise NotAManager
    return attachment


def require_of(session: Session, account_id: int, attachment: Attachment) -> Attachment:
    """Return the attachment by which this account manages another.

    Raises AttachmentUnknown, as for one that does not exist: to others, a number must reveal nothing.
    """
    try:
        return require(session, account_id, attachment.structure_id)
    except NotAManager as error:
        raise AttachmentUnknown from error


def account_ids(session: Session, structure_id: int) -> list[int]:
    """Return the accounts that may decide on requests, and that are notified of them."""
    return [
        attachment.account_id for attachment in session.scalars(select_in_force(structure_id).order_by(Attachment.id))
    ]


def select_in_force(structure_id: int) -> Select[Attachment]:
    """Return the selection of the structure's managers, of any account status."""
    return select(Attachment).where(Attachment.structure_id == structure_id, *is_manager(Attachment))


def is_manager(attachment: type[Attachment]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on an attachment, or an alias of it, of a manager in force."""
    return attachment.role.in_(sorted(MANAGERS)), attachment.status == AttachmentStatus.APPROVED


def can_take_over(attachment: type[Attachment], account_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of another manager than `account_id` who can sign in."""
    deactivated = exists().where(Person.account_id == attachment.account_id, Person.status == AccountStatus.DEACTIVATED)
    return (attachment.account_id != account_id, *is_manager(attachment), ~deactivated)
