"""Logs of producers that were restored to an earlier moment: how far they agree with what was received from them."""

from bisect import bisect_left

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.events.feed import Feed, LogDiverged
from chassis.events.inbox import ParkedRow
from chassis.events.received import FollowedRow, InboxRow, received_at
from chassis.storage.database import Database


def agreed_position(database: Database, producer: str, feed: Feed) -> int | None:
    """Return the last position at which the producer still has the event that was received from it.

    None when that was so long ago that the ids of its events were pruned.
    """
    with database.reading() as session:
        row = session.get(FollowedRow, producer)
        followed, pruned = (row.position, row.pruned_up_to) if row else (0, 0)
    agreed = _last_agreed(database, producer, feed, followed)
    return agreed if agreed > pruned or not pruned else None


def _last_agreed(database: Database, producer: str, feed: Feed, followed: int) -> int:
    return bisect_left(
        range(1, followed + 1), True, key=lambda position: not _agrees(database, producer, feed, position)
    )


def _agrees(database: Database, producer: str, feed: Feed, position: int) -> bool:
    with database.reading() as session:
        event_id = received_at(session, producer, position)
    try:
        feed.after(position, after_id=event_id)
    except LogDiverged:
        return False
    return True


def forget_after(session: Session, followed: FollowedRow, position: int) -> None:
    """Forget what was received from a producer behind a position: its log is followed from there.

    What those events have led to stays, except where they are parked: they will never be applied.
    """
    lost = (InboxRow.producer == followed.producer, InboxRow.position > position)
    session.execute(delete(ParkedRow).where(ParkedRow.event_id.in_(select(InboxRow.event_id).where(*lost))))
    session.execute(delete(InboxRow).where(*lost))
    followed.position = min(followed.position, position)
