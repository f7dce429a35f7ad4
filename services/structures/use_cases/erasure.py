"""Erasure of a person: their attachments end, and texts by and about them are emptied (A-15)."""

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from chassis.events.erasure import erase_subject
from chassis.events.outbox import record
from services.structures.models.attachments import LIVE, Attachment, AttachmentStatus, Role
from services.structures.queries import managers
from services.structures.use_cases.events import attachment_facts

ACCOUNT_ERASED = "ACCOUNT_ERASED"

log = structlog.get_logger()


def erase_person(session: Session, account_id: int) -> None:
    """End the person's attachments and empty their texts; safe to do twice.

    Numbers of the account stay in their rows: nothing links them to a person any more.
    """
    live = select(Attachment).where(Attachment.account_id == account_id, Attachment.status.in_(sorted(LIVE)))
    for attachment in session.scalars(live.order_by(Attachment.id).with_for_update(of=Attachment)):
        _end(session, attachment)
    _empty_texts(session, account_id)
    erase_subject(session, account_id)


def _end(session: Session, attachment: Attachment) -> None:
    if attachment.status is AttachmentStatus.PENDING:
        attachment.cancel()
        record(session, "structures.attachment_cancelled.v1", attachment_facts(attachment))
        return
    attachment.end()
    # The successor below may become the principal manager only once this row is none: of two, the index refuses one.
    session.flush()
    record(session, "structures.attachment_ended.v1", {**attachment_facts(attachment), "reason": ACCOUNT_ERASED})
    if attachment.role is Role.PRINCIPAL_MANAGER:
        _pass_on(session, attachment)


def _pass_on(session: Session, ended: Attachment) -> None:
    """Make the manager with the oldest attachment the principal manager (S-12).

    A sole manager has to hand over before the erasure of their account. If two were erased at once, or that check came
    too early, the structure is left to be claimed (S-13).
    """
    others = managers.select_in_force(ended.structure_id).where(*managers.can_take_over(Attachment, ended.account_id))
    successor = session.scalars(others.order_by(Attachment.id).with_for_update(of=Attachment)).first()
    if successor is None:
        log.warning("structure left without a manager", structure_id=ended.structure_id)
        return
    successor.take_over()
    record(session, "structures.role_given.v1", {**attachment_facts(successor), "role": Role.PRINCIPAL_MANAGER.value})


def _empty_texts(session: Session, account_id: int) -> None:
    """Empty comments by the person, and reasons that they wrote or received."""
    theirs, by_them = Attachment.account_id == account_id, Attachment.decided_by == account_id
    session.execute(update(Attachment).where(theirs).values(comment=""))
    session.execute(update(Attachment).where(or_(theirs, by_them)).values(reason=None))
