"""Reads of attachments: the caller's own, and those of managers. Deactivated accounts have no rights in them."""

from collections.abc import Collection, Iterable
from typing import TypeVar

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import Session

from services.espaces.errors.structures import NotAManager, NotAttached
from services.espaces.errors.subscriptions import SubscriptionUnknown
from services.espaces.models.read_models import MANAGERS, Attachment, Person, Role
from services.espaces.models.subscriptions import Subscription
from services.espaces.queries import structures

Row = TypeVar("Row")


def require(session: Session, account_id: int, structure_id: int) -> Attachment:
    """Return the attachment of an account. Raises StructureUnknown, or NotAttached, also for an inactive account."""
    own = select(Attachment).where(Attachment.account_id == account_id, Attachment.structure_id == structure_id)
    attachment: Attachment | None = session.scalar(_of_active_people(own))
    if attachment is None:
        # Raises StructureUnknown where that is the reason.
        structures.get(session, structure_id)
        raise NotAttached
    return attachment


def require_manager(session: Session, account_id: int, structure_id: int) -> Attachment:
    """Return the attachment of a manager. Raises StructureUnknown or NotAManager."""
    try:
        attachment = require(session, account_id, structure_id)
    except NotAttached as error:
        raise NotAManager from error
    if not attachment.is_manager:
        raise NotAManager
    return attachment


def manager_of(session: Session, account_id: int, subscription: Subscription) -> Attachment:
    """Return the attachment by which an account decides on a subscription.

    Raises SubscriptionUnknown, as for one that does not exist: to others, a number must reveal nothing.
    """
    try:
        return require_manager(session, account_id, subscription.structure_id)
    except NotAManager as error:
        raise SubscriptionUnknown from error


def check_manages_all(connection: Connection, account_id: int, structure_ids: Collection[int]) -> None:
    """Raise NotAManager if the account does not manage one of the structures, or one does not exist."""
    if not structure_ids:
        return
    managed = _of_active_people(select(Attachment.structure_id)).where(
        Attachment.account_id == account_id,
        Attachment.structure_id.in_(structure_ids),
        Attachment.role.in_(sorted(MANAGERS)),
    )
    if set(connection.scalars(managed)) != set(structure_ids):
        raise NotAManager


def manager_ids(session: Session, structure_id: int, roles: Iterable[Role] = MANAGERS) -> list[int]:
    """Return the accounts that may decide on requests, and that are notified of them."""
    managers = (
        select(Attachment.account_id)
        .where(Attachment.structure_id == structure_id, Attachment.role.in_(sorted(roles)))
        .order_by(Attachment.attachment_id)
    )
    return list(session.scalars(managers))


def _of_active_people(statement: Select[Row]) -> Select[Row]:
    # A missing row counts as active: identity's events may still be on their way.
    with_people = statement.outerjoin(Person, Person.account_id == Attachment.account_id)
    return with_people.where(Person.is_active.is_distinct_from(False))
