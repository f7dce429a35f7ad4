"""Relay: assigns positions to committed outbox rows, and hands them to the transport in that order."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased

from chassis.events.leader_lock import leader_lock_of
from chassis.events.outbox import Event, OutboxRow, PublishedRow, events_after
from chassis.events.transport import Transport
from chassis.ground import metrics
from chassis.ground.loops import Loop
from chassis.storage.database import Database

BATCH = 1000
LOOK_SECONDS = 1.0
"""Longest pause between two looks without a notification."""


class Relay(Loop):
    """Loop from outbox to transport. A crash repeats a publication, loses none: consumers recognise event ids."""

    name = "relay"

    def __init__(self, database: Database, transport: Transport, look_seconds: float = LOOK_SECONDS) -> None:
        self._look_seconds = look_seconds
        self._lock = leader_lock_of(database)
        self._transport = transport
        self.published_position: int | None = None
        """Last position taken by the transport; None before it was read."""
        self._under_way: tuple[int, Future[None]] | None = None
        """Last position of a full batch that is being published while the next one is claimed."""
        self._executor = ThreadPoolExecutor(1, "relay publishing")

    def run_once(self) -> bool:
        try:
            return self._step()
        except SQLAlchemyError:
            self._release()
            raise

    def close(self) -> None:
        self._release()
        self._executor.shutdown()
        self._transport.close()

    def _step(self) -> bool:
        connection = self._lock.acquire()
        # The next batch is claimed while the one before is still on its way: database and broker work at the same time.
        events = self._claim(connection) if connection is not None else []
        completed = self._complete()
        if events:
            self._under_way = events[-1].position, self._executor.submit(self._publish, events)
            if len(events) < BATCH:
                self._complete()
        elif not completed:
            self._lock.wait(self._look_seconds)
            return False
        return True

    def _publish(self, events: Sequence[Event]) -> None:
        self._transport.publish(events)
        metrics.PUBLISHED.inc(len(events))

    def _complete(self) -> bool:
        """Wait for the batch under way, and return whether there was one.

        When its publication fails, the batch claimed after it is claimed again, too.
        """
        if self._under_way is None:
            return False
        (last, published), self._under_way = self._under_way, None
        published.result()
        self.published_position = last
        return True

    def _release(self) -> None:
        """Give up the leader lock once the batch under way is done, so that no two relays publish at once."""
        if self._under_way is not None:
            wait([self._under_way[1]])
        self._lock.release()
        # The next leader may publish meanwhile: the position is read again after the lock was acquired again.
        self.published_position = self._under_way = None

    def _claim(self, connection: Connection) -> list[Event]:
        """Mark published rows, assign positions to rows committed since, and return the next events to publish."""
        with connection.begin():
            if self.published_position is None:
                self.published_position = connection.scalar(select(PublishedRow.position)) or 0
            else:
                # Marked with the next claim, in one transaction: a crash in between only publishes a batch again.
                _mark_published(connection, self.published_position)
            _assign_positions(connection)
            position = self._under_way[0] if self._under_way else self.published_position
            return events_after(connection, position, BATCH)


def _mark_published(connection: Connection, position: int) -> None:
    connection.execute(update(PublishedRow).where(PublishedRow.position < position).values(position=position))


def _assign_positions(connection: Connection) -> None:
    """Assign positions to committed rows in the order of their recording; rows committed later come behind."""
    positioned = aliased(OutboxRow)
    last = select(func.coalesce(func.max(positioned.position), 0)).scalar_subquery()
    waiting = select(OutboxRow.seq).where(OutboxRow.position.is_(None)).order_by(OutboxRow.seq).limit(BATCH).subquery()
    numbered = select(waiting.c.seq, func.row_number().over(order_by=waiting.c.seq).label("number")).subquery()
    connection.execute(
        update(OutboxRow).values(position=last + numbered.c.number).where(OutboxRow.seq == numbered.c.seq)
    )
