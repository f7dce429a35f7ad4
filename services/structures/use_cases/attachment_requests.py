"""Requests for attachment, and the managers' decisions on them (S-09, S-10)."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.structures.errors.attachments import AttachmentExists, AttachmentUnknown
from services.structures.models.attachments import Attachment
from services.structures.queries import accounts, attachments, managers, structures
from services.structures.use_cases.events import attachment_facts

STRUCTURE_BECAME_INACTIVE = "La structure est devenue inactive."
"""Reason of a refusal, as its requester reads it."""


def request_attachment(session: Session, account_id: int, structure_id: int, comment: str) -> Attachment:
    """Request an attachment to the structure (S-09).

    Raises StructureUnknown, StructureInactive, AttachmentRequestsClosed, AttachmentExists, AccountErased or
    AccountDeactivated.
    """
    accounts.check_active(session, account_id)
    # Locked: a manager may be closing the structure to requests at this moment.
    structure = structures.get(session, structure_id, for_update=True)
    attachment = Attachment.request(structure, account_id, comment)
    session.add(attachment)
    try:
        # The index on live attachments tells a second request, or one beside an attachment in force, also when both
        # are made at once.
        session.flush()
    except IntegrityError as error:
        raise AttachmentExists from error
    details = {"comment": comment, "manager_ids": managers.account_ids(session, structure_id)}
    record(session, "structures.attachment_requested.v1", {**attachment_facts(attachment), **details})
    return attachment


def cancel(session: Session, account_id: int, attachment_id: int) -> None:
    """Cancel a pending request (S-10). Raises AttachmentUnknown, also for another person's, or AttachmentNotPending."""
    (attachment,) = attachments.lock(session, [attachment_id])
    # Another person's request is answered like a missing one: its number must reveal nothing.
    if attachment.account_id != account_id:
        raise AttachmentUnknown
    attachment.cancel()
    record(session, "structures.attachment_cancelled.v1", attachment_facts(attachment))


def approve(session: Session, account_id: int, attachment_ids: Sequence[int]) -> list[Attachment]:
    """Approve all requests or none (S-10).

    Raises AttachmentUnknown, AttachmentNotPending, StructureInactive or RequesterDeactivated.
    """
    requests = attachments.lock(session, attachment_ids)
    for attachment in requests:
        attachment.approve(managers.require_of(session, account_id, attachment))
        attachment.structure.must_be_active()
    accounts.check_none_deactivated(session, [attachment.account_id for attachment in requests])
    for attachment in requests:
        outcome = {"role": attachment.role.value, "approved_by": account_id}
        record(session, "structures.attachment_approved.v1", {**attachment_facts(attachment), **outcome})
    return requests


def refuse_all_of_inactive(session: Session, account_id: int, structure_id: int) -> None:
    """Refuse what waits at a structure that one of its managers has made inactive (S-10): nobody would decide on it."""
    refuse(session, account_id, attachments.pending_ids(session, structure_id), STRUCTURE_BECAME_INACTIVE)


def refuse(session: Session, account_id: int, attachment_ids: Sequence[int], reason: str) -> list[Attachment]:
    """Refuse all requests or none (S-10). Raises AttachmentUnknown or AttachmentNotPending."""
    requests = attachments.lock(session, attachment_ids)
    for attachment in requests:
        attachment.refuse(managers.require_of(session, account_id, attachment), reason)
        outcome = {"reason": reason, "refused_by": account_id}
        record(session, "structures.attachment_refused.v1", {**attachment_facts(attachment), **outcome})
    return requests
