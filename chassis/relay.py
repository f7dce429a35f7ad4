"""The relay: gives committed outbox rows their position, and hands them to the transport in that order."""

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased

from chassis import metrics
from chassis.database import Database
from chassis.events import Event, OutboxRow, PublishedRow
from chassis.loops import Loop
from chassis.seat import seat_of
from chassis.transport import Transport

BATCH = 1000
LOOK_SECONDS = 1.0
"""How often it looks without having been woken."""


class Relay(Loop):
    """A crash between two steps repeats a publication, never loses one: consumers know an event by its id."""

    name = "relay"

    def __init__(self, database: Database, transport: Transport) -> None:
        self._seat = seat_of(database)
        self._transport = transport
        self._published: int | None = None
        """The last position that the transport has taken; None before it was read."""

    def run_once(self) -> bool:
        try:
            return self._step()
        except SQLAlchemyError:
            self._leave()
            raise

    def close(self) -> None:
        self._leave()
        self._transport.close()

    def _step(self) -> bool:
        connection = self._seat.take()
        events = self._claim(connection) if connection is not None else []
        if not events:
            self._seat.wait(LOOK_SECONDS)
            return False
        self._transport.publish(events)
        self._published = events[-1].position
        metrics.PUBLISHED.inc(len(events))
        return True

    def _leave(self) -> None:
        """Whoever sits down next may have published meanwhile."""
        self._seat.leave()
        self._published = None

    def _claim(self, connection: Connection) -> list[Event]:
        """Marks what was published, gives positions to what was committed since, and returns what is to go out."""
        with connection.begin():
            if self._published is None:
                self._published = connection.scalar(select(PublishedRow.position)) or 0
            else:
                _mark(connection, self._published)
            _give_positions(connection)
            return _after(connection, self._published)


def _mark(connection: Connection, position: int) -> None:
    connection.execute(update(PublishedRow).where(PublishedRow.position < position).values(position=position))


def _give_positions(connection: Connection) -> None:
    """In the order in which they were recorded, among those that are committed: rows that come later are behind."""
    positioned = aliased(OutboxRow)
    last = select(func.coalesce(func.max(positioned.position), 0)).scalar_subquery()
    waiting = select(OutboxRow.seq).where(OutboxRow.position.is_(None)).order_by(OutboxRow.seq).limit(BATCH).subquery()
    numbered = select(waiting.c.seq, func.row_number().over(order_by=waiting.c.seq).label("number")).subquery()
    connection.execute(
        update(OutboxRow).values(position=last + numbered.c.number).where(OutboxRow.seq == numbered.c.seq)
    )


def _after(connection: Connection, position: int) -> list[Event]:
    rows = connection.execute(
        select(
            OutboxRow.id,
            OutboxRow.name,
            OutboxRow.position,
            OutboxRow.occurred_at,
            OutboxRow.correlation_id,
            OutboxRow.payload,
        )
        .where(OutboxRow.position > position)
        .order_by(OutboxRow.position)
        .limit(BATCH)
    )
    return [Event(*row) for row in rows]
