"""What is read to write and to send mails."""

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from services.notifier.models import Mail, MailState, Recipient


def recipient(session: Session, account_id: int) -> Recipient | None:
    """A copy to keep: it stays readable after the session."""
    found = session.get(Recipient, account_id)
    if found is not None:
        session.expunge(found)
    return found


def is_owed(session: Session, mail: Mail) -> bool:
    """Whether the same event already made this mail."""
    same = (
        Mail.event_id == mail.event_id,
        Mail.template == mail.template,
        Mail.account_id == mail.account_id,
    )
    return session.scalar(select(Mail.id).where(*same)) is not None


def next_due(session: Session, at: datetime, *, claiming: bool = False) -> Mail | None:
    """The mail that has waited longest. With `claiming`, it is locked, and those locked by others are passed over."""
    due = select(Mail).where(Mail.state == MailState.DUE, Mail.due_at <= at).order_by(Mail.due_at, Mail.id).limit(1)
    return session.scalar(due.with_for_update(skip_locked=True, of=Mail) if claiming else due)


def locked(session: Session, mail_id: int) -> Mail:
    return session.get_one(Mail, mail_id, with_for_update={"of": Mail})


def abandoned(session: Session, started_before: datetime, untouched_before: datetime) -> list[int]:
    """Mails whose try cannot be under way any more: claimed before `started_before` and not handed over, or handed
    over before `untouched_before`."""
    left = or_(
        and_(Mail.handed_over_at.is_(None), Mail.claimed_at < started_before),
        Mail.handed_over_at < untouched_before,
    )
    return list(session.scalars(select(Mail.id).where(Mail.state == MailState.SENDING, left)))
