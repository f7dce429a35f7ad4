"""Reads of attachments: lists for the requester and for the managers, rows under a lock."""

from collections.abc import Sequence
from typing import TypedDict

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from chassis.storage.keyset import Page, page
from services.structures.errors.attachments import AttachmentUnknown
from services.structures.models.attachments import Attachment, AttachmentStatus
from services.structures.queries import managers


class AttachmentFilter(TypedDict):
    """Query arguments of the lists of attachments."""

    status: AttachmentStatus | None
    after: str | None
    limit: int


def account_to_activate(session: Session, manager_id: int, attachment_id: int) -> int:
    """Return the account of an attachment, for this manager to have its activation mail sent again (A-06).

    Raises AttachmentUnknown, AttachmentNotInForce or AccountNotPending.
    """
    attachment = session.get(Attachment, attachment_id, options=[joinedload(Attachment.person)])
    if attachment is None:
        raise AttachmentUnknown
    managers.require_of(session, manager_id, attachment)
    attachment.check_awaits_activation()
    return attachment.account_id


def pending_ids(session: Session, structure_id: int) -> list[int]:
    pending = Attachment.structure_id == structure_id, Attachment.status == AttachmentStatus.PENDING
    return list(session.scalars(select(Attachment.id).where(*pending)))


def list_of_account(session: Session, account_id: int, query: AttachmentFilter) -> Page:
    return _page(session, select(Attachment).where(Attachment.account_id == account_id), query)


def list_of_structure(session: Session, structure_id: int, query: AttachmentFilter) -> Page:
    """Return a page of the structure's attachments, each with its person loaded."""
    statement = select(Attachment).where(Attachment.structure_id == structure_id)
    return _page(session, statement.options(joinedload(Attachment.person)), query)


def _page(session: Session, statement: Select[Attachment], query: AttachmentFilter) -> Page:
    if query["status"]:
        statement = statement.where(Attachment.status == query["status"])
    return page(session, statement, Attachment.id, after=query["after"], limit=query["limit"])


def lock(session: Session, attachment_ids: Sequence[int]) -> list[Attachment]:
    """Return the attachments, locked until the end of the transaction. Raises AttachmentUnknown if one is missing."""
    # In the order of their numbers: two decisions on the same requests then wait for each other. In the order of the
    # input, each could hold a row that the other waits for.
    chosen = select(Attachment).where(Attachment.id.in_(attachment_ids)).order_by(Attachment.id)
    attachments = list(session.scalars(chosen.with_for_update(of=Attachment)))
    if len(attachments) != len(set(attachment_ids)):
        raise AttachmentUnknown
    return attachments
