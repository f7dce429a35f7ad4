"""Reads of mails: those due, abandoned, parked or not settled."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from services.notifier.models.mails import ENDED, OUT_OR_ON_ITS_WAY, UNSETTLED, Mail, MailState


def is_duplicate(session: Session, mail: Mail) -> bool:
    """Return whether the event has made this mail before."""
    same = (
        Mail.event_id == mail.event_id,
        Mail.template == mail.template,
        Mail.account_id == mail.account_id,
    )
    return session.scalar(select(Mail.id).where(*same)) is not None


def told_before(session: Session, mail: Mail, within: timedelta, *, of_topic: bool = False) -> int:
    """Return how many earlier mails the same person caused to the same recipient; `of_topic`: alike, about the same.

    Those that were dropped or parked have told nobody, and do not count.
    """
    before = select(func.count()).where(
        Mail.caused_by == mail.caused_by,
        Mail.account_id == mail.account_id,
        Mail.owed_since > mail.owed_since - within,
        Mail.id < mail.id,
        Mail.state.in_(sorted(OUT_OR_ON_ITS_WAY)),
    )
    alike = before.where(Mail.template == mail.template, Mail.topic == mail.topic)
    return session.scalars(alike if of_topic else before).one()


def next_due(session: Session, at: datetime, *, claiming: bool = False) -> Mail | None:
    """Return the mail that has waited longest. With `claiming`, lock it, and skip those that others have locked."""
    due = select(Mail).where(Mail.state == MailState.DUE, Mail.due_at <= at).order_by(Mail.due_at, Mail.id).limit(1)
    return session.scalar(due.with_for_update(skip_locked=True, of=Mail) if claiming else due)


def get_for_update(session: Session, mail_id: int) -> Mail:
    """Return the mail, locked. Raises NoResultFound."""
    return session.get_one(Mail, mail_id, with_for_update={"of": Mail})


def find_for_update(session: Session, mail_id: int) -> Mail | None:
    return session.get(Mail, mail_id, with_for_update={"of": Mail})


def parked(session: Session, *, for_update: bool = False) -> list[Mail]:
    statement = select(Mail).where(Mail.state == MailState.PARKED).order_by(Mail.id)
    return list(session.scalars(statement.with_for_update() if for_update else statement))


def settled_before(session: Session, at: datetime, *, most: int, for_update: bool = False) -> list[Mail]:
    """Return mails that were sent or dropped before `at`, oldest first; those that others have locked are skipped."""
    ended = select(Mail).where(Mail.settled_at < at, Mail.state.in_(sorted(ENDED))).order_by(Mail.settled_at)
    statement = ended.limit(most)
    return list(session.scalars(statement.with_for_update(skip_locked=True, of=Mail) if for_update else statement))


def unsettled_of(session: Session, account_id: int) -> list[Mail]:
    """Return, locked, the mails that may still go out to the account or with texts of its holder."""
    # The two databases have no common way to look for a number in lists in JSON, so they are compared here. Columns are
    # read first: the sender passes over locked mails, and these would be all that wait.
    columns = select(Mail.id, Mail.account_id, Mail.words_of).where(Mail.state.in_(sorted(UNSETTLED)))
    chosen = [
        row.id
        for row in session.execute(columns)
        if row.account_id == account_id or _is_author(account_id, row.words_of)
    ]
    mails = select(Mail).where(Mail.id.in_(chosen)).order_by(Mail.id).with_for_update(of=Mail)
    return list(session.scalars(mails))


def _is_author(account_id: int, words_of: dict[str, list[int]]) -> bool:
    return any(account_id in accounts for accounts in words_of.values())


def abandoned(session: Session, claimed_before: datetime, handed_over_before: datetime) -> list[Mail]:
    """Return, locked, the mails of tries that will not end: their process is gone.

    These were claimed before `claimed_before` and not handed over, or handed over before `handed_over_before`. Mails
    locked by others are skipped.
    """
    without_end = or_(
        and_(Mail.handed_over_at.is_(None), Mail.claimed_at < claimed_before),
        Mail.handed_over_at < handed_over_before,
    )
    mails = select(Mail).where(Mail.state == MailState.SENDING, without_end)
    return list(session.scalars(mails.with_for_update(skip_locked=True, of=Mail)))
