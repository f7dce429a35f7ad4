"""What is read to write and to send mails."""

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from services.notifier.models import UNSETTLED, Mail, MailState, Recipient


def recipient(session: Session, account_id: int) -> Recipient | None:
    return session.get(Recipient, account_id)


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


def mail(session: Session, mail_id: int) -> Mail | None:
    return session.get(Mail, mail_id, with_for_update={"of": Mail})


def parked(session: Session) -> list[Mail]:
    return list(session.scalars(select(Mail).where(Mail.state == MailState.PARKED).order_by(Mail.id)))


def unsettled_of(session: Session, account_id: int) -> list[Mail]:
    """Mails to the account, and those that hold its words, as long as they may go out. Their rows are locked."""
    columns = select(Mail.id, Mail.account_id, Mail.words_of).where(Mail.state.in_(sorted(UNSETTLED)))
    chosen = [
        row.id for row in session.execute(columns) if row.account_id == account_id or _among(account_id, row.words_of)
    ]
    of_the_account = select(Mail).where(Mail.id.in_(chosen)).order_by(Mail.id).with_for_update(of=Mail)
    return list(session.scalars(of_the_account))


def _among(account_id: int, words_of: dict[str, list[int]]) -> bool:
    return any(account_id in accounts for accounts in words_of.values())


def abandoned(session: Session, claimed_before: datetime, handed_over_before: datetime) -> list[Mail]:
    """Mails whose try is over without an end: claimed before the one time and not handed over, or handed over before
    the other. Their rows are locked, and those locked by others are passed over."""
    left = or_(
        and_(Mail.handed_over_at.is_(None), Mail.claimed_at < claimed_before),
        Mail.handed_over_at < handed_over_before,
    )
    over = select(Mail).where(Mail.state == MailState.SENDING, left).with_for_update(skip_locked=True, of=Mail)
    return list(session.scalars(over))
