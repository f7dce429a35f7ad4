"""Events that were received from other services: their ids, and the progress with each producer.

A producer's log only ever grows. Every event names the one before it, so that a log which was restored to an earlier
moment, and then told other facts under positions of before, is noticed at the first event that does not fit.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Index, String, and_, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.events.outbox import ChassisBase, Event
from chassis.ground.clock import now
from chassis.storage.database import insert_missing


class InboxRow(ChassisBase):
    """Event that was received; its row makes a second delivery harmless."""

    __tablename__ = "inbox"

    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    producer: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime]
    passed_over: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether this version had no handler for it: a later one that has applies it then."""


Index(
    "ix_inbox_passed_over",
    InboxRow.producer,
    InboxRow.name,
    postgresql_where=InboxRow.passed_over,
    sqlite_where=InboxRow.passed_over,
)
Index(None, InboxRow.producer, InboxRow.position)
# Not unique: while an older version still runs beside this one, it writes without a look at positions.


class FollowedRow(ChassisBase):
    """Progress with a producer: every position up to this one was received."""

    __tablename__ = "followed"

    producer: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    pruned_up_to: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Position up to which the ids of received events are kept no more."""


class DoesNotFollow(Exception):
    """Error of an event that does not follow on what was received: only the producer's own log says what does."""


def last_received(session: Session, producer: str) -> tuple[int, uuid.UUID | None]:
    """Return the position up to which a producer was followed, and the id of the event there; None if not known."""
    there = (InboxRow.producer == FollowedRow.producer, InboxRow.position == FollowedRow.position)
    row = session.execute(
        select(FollowedRow.position, InboxRow.event_id)
        .outerjoin(InboxRow, and_(*there))
        .where(FollowedRow.producer == producer)
    ).first()
    return (row.position, row.event_id) if row else (0, None)


def received_at(session: Session, producer: str, position: int) -> uuid.UUID | None:
    """Return the id of the event that was received under a position; None if it is not known."""
    return _received(session, producer, position, position).get(position)


def first_seen(session: Session, batch: Sequence[Event], handled: Collection[str]) -> list[Event]:
    """Insert the ids of a batch before anything else, and return the events that were not there yet.

    Those whose name is not `handled` are marked as passed over.

    The producer's row is locked first: of two workers with the same events, one waits and then finds them applied.
    Raises DoesNotFollow.
    """
    producer, received_at = batch[0].producer, now()
    followed = lock_producer(session, producer)
    if batch[0].position > followed.position + 1:
        raise DoesNotFollow  # a hole since it was looked for: an operator has set the position back
    received = _received(session, producer, batch[0].position - 1, batch[-1].position)
    batch = [event for event in batch if event.position > followed.pruned_up_to]  # those before are known
    if not batch:
        return []
    _must_continue(batch, followed.position, received)
    # A batch that is delivered again lies behind the position.
    followed.position = max(followed.position, batch[-1].position)
    rows = [
        {
            "event_id": event.id,
            "producer": event.producer,
            "name": event.name,
            "position": event.position,
            "received_at": received_at,
            "passed_over": event.name not in handled,
        }
        for event in batch
    ]
    added = set(insert_missing(session, InboxRow, rows, InboxRow.event_id))
    return [event for event in batch if event.id in added]


def passed_over(session: Session, producer: str, handled: Collection[str], limit: int) -> list[InboxRow]:
    """Return the first events of a producer that were passed over and could be handled now."""
    chosen = (InboxRow.producer == producer, InboxRow.passed_over, InboxRow.name.in_(sorted(handled)))
    return list(session.scalars(select(InboxRow).where(*chosen).order_by(InboxRow.position).limit(limit)))


def lock_producer(session: Session, producer: str) -> FollowedRow:
    """Return a producer's row, locked: no other transaction applies this producer's events until this one ends."""
    statement = select(FollowedRow).where(FollowedRow.producer == producer).with_for_update()
    row = session.scalar(statement)
    if row is None:
        # Of two workers that insert at once, the later one inserts nothing and then waits for the other's lock.
        insert_missing(
            session, FollowedRow, [{"producer": producer, "position": 0, "pruned_up_to": 0}], FollowedRow.producer
        )
        row = session.scalars(statement).one()
    return row


def _received(session: Session, producer: str, first: int, last: int) -> dict[int, uuid.UUID]:
    """Return the ids of received events by their position."""
    at = InboxRow.position
    rows = session.execute(select(at, InboxRow.event_id).where(InboxRow.producer == producer, at.between(first, last)))
    return {row.position: row.event_id for row in rows}


def _must_continue(batch: Sequence[Event], followed: int, received: Mapping[int, uuid.UUID]) -> None:
    """Raise DoesNotFollow for a batch that contradicts what was received, by position or by the event before."""
    ids = dict(received)
    for event in batch:
        is_new = event.position > followed and event.position not in received
        if not is_new and received.get(event.position) != event.id:
            raise DoesNotFollow
        if event.previous_id is not None and ids.get(event.position - 1, event.previous_id) != event.previous_id:
            raise DoesNotFollow
        ids[event.position] = event.id
