"""What ends here, and what is emptied, when an account is erased (A-15)."""

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from chassis.events.erasure import erase_subject
from chassis.events.outbox import record
from services.structures import queries
from services.structures.models import LIVE, Attachment, AttachmentStatus, Role
from services.structures.use_cases import attachment_facts

ACCOUNT_ERASED = "ACCOUNT_ERASED"

log = structlog.get_logger()


def forget_person(session: Session, account_id: int) -> None:
    """Safe to do twice. The numbers of the account stay where they are: they are anonymous now."""
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
    session.flush()
    record(session, "structures.attachment_ended.v1", {**attachment_facts(attachment), "reason": ACCOUNT_ERASED})
    if attachment.role is Role.PRINCIPAL_MANAGER:
        _pass_on(session, attachment)


def _pass_on(session: Session, ended: Attachment) -> None:
    """To the manager who was attached first (S-12). Who manages alone is asked to hand over before their account can be
    erased; where two were erased at once, or the question was too early, the structure waits to be claimed (S-13)."""
    others = queries.managers(ended.structure_id).where(*queries.can_take_over(Attachment, ended.account_id))
    successor = session.scalars(others.order_by(Attachment.id).with_for_update(of=Attachment)).first()
    if successor is None:
        log.warning("structure left without a manager", structure_id=ended.structure_id)
        return
    successor.take_over()
    record(session, "structures.role_given.v1", {**attachment_facts(successor), "role": Role.PRINCIPAL_MANAGER.value})


def _empty_texts(session: Session, account_id: int) -> None:
    """What the person wrote, and what was written to them."""
    theirs, by_them = Attachment.account_id == account_id, Attachment.decided_by == account_id
    session.execute(update(Attachment).where(theirs).values(comment=""))
    session.execute(update(Attachment).where(or_(theirs, by_them)).values(reason=None))
