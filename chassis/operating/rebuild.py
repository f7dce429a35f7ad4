"""Rebuild of read models from the producers' feeds, while the service answers and its worker works.

Temporary tables get the names of the read models. Only this connection sees them, and it sees them before the real
ones, so that the service's own projections fill them. Once they are close to the inbox's positions, one short
transaction locks the inbox, brings them to exactly these positions, and makes the real tables equal to them. Readers
see the state before or after, never less.
"""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

from sqlalchemy import MetaData
from sqlalchemy.engine import Connection
from sqlalchemy.event import listen
from sqlalchemy.orm import Session

from chassis.events.feed import Feed
from chassis.events.inbox import ParkedRow, attempt, producers_of
from chassis.events.outbox import Event
from chassis.events.read_models import ReadModels
from chassis.events.received import FollowedRow, lock_producer, received_at
from chassis.operating.restored_logs import agreed_position, forget_after
from chassis.operating.table_sync import Difference, Pair, fresh_schema
from chassis.storage.database import Database

MAX_TRIES = 100
"""Number of times that the inbox may advance beyond the pages read, each time within a few milliseconds."""


class CannotRebuild(Exception):
    """Error whose sentence gives the reason; nothing was changed."""


class StrayWrite(Exception):
    """Fault of a projection that writes to another table than a read model's."""


class Restored(CannotRebuild):
    """Error of a log that is not the one that was followed."""

    def __init__(self, producer: str) -> None:
        super().__init__(
            f"{producer} has been restored to an earlier moment: it does not know all that was received from it. "
            f"Restore this service to that moment too, or say --restored {producer}."
        )


def rebuild(
    database: Database,
    read_models: ReadModels,
    feeds: Mapping[str, Feed],
    *,
    dry_run: bool = False,
    restored: Collection[str] = (),
) -> list[Difference]:
    """Rebuild the tables of read models and return the differences corrected; with `dry_run`, change nothing.

    Of `restored` producers, forget what they have forgotten, and follow them from there. Raises CannotRebuild, or the
    exceptions of feeds and database. The tables are then unchanged.
    """
    agreed = {producer: _agreed(database, producer, feeds[producer]) for producer in restored}
    with closing(_own_connection(database)) as connection:
        rebuilding = _Rebuild(connection, read_models, feeds, agreed)
        rebuilding.create_tables()
        for _ in range(MAX_TRIES):
            rebuilding.catch_up()
            differences = rebuilding.finish(dry_run=dry_run)
            if differences is not None:
                return differences
    raise CannotRebuild("Events come in faster than their feed can be read. Try again when there are fewer.")


def _agreed(database: Database, producer: str, feed: Feed) -> int:
    position = agreed_position(database, producer, feed)
    if position is None:
        raise CannotRebuild(
            f"{producer} was restored to a moment of which the inbox knows no events any more "
            "(GUICHET_INBOX_RETENTION_DAYS). Restore this service to that moment too."
        )
    return position


def _own_connection(database: Database) -> Connection:
    """Return a connection outside the pool, whose closing ends it and its temporary tables.

    It is a new one, so that no statement prepared on it refers to the real tables.
    """
    connection = database.engine.connect()
    connection.detach()
    return connection


class _Log:
    """Events of a producer from its first one on, in order, with one page read in advance."""

    def __init__(self, producer: str, feed: Feed) -> None:
        self._producer = producer
        self._feed = feed
        self._page: list[Event] = []
        self.position = 0
        """Position of the last event taken."""
        self.last_id: uuid.UUID | None = None

    def read_next_page(self) -> None:
        if self._page:
            return
        self._page = list(self._feed.after(self.position))
        if self._page and self._page[0].position != self.position + 1:
            raise CannotRebuild(f"The feed of {self._producer} has nothing at position {self.position + 1}.")

    def reaches(self, position: int) -> bool:
        return position <= self.position + len(self._page)

    def take(self, up_to: int) -> list[Event]:
        """Return the events of the page up to a position, and move past them."""
        count = max(up_to - self.position, 0)
        events, self._page = self._page[:count], self._page[count:]
        self.position += len(events)
        self.last_id = events[-1].id if events else self.last_id
        return events

    def pages(self, up_to: int) -> Iterator[list[Event]]:
        while self.position < up_to:
            self.read_next_page()
            page = self.take(up_to)
            if not page:
                raise Restored(self._producer)
            yield page


class _Rebuild:
    def __init__(
        self, connection: Connection, read_models: ReadModels, feeds: Mapping[str, Feed], agreed: Mapping[str, int]
    ) -> None:
        self._connection = connection
        self._read_models = read_models
        self._agreed = agreed
        """Position from which a restored producer is followed anew."""
        producers = sorted(producers_of(read_models.handlers))
        self._logs = {producer: _Log(producer, feeds[producer]) for producer in producers}

    def create_tables(self) -> None:
        fresh = MetaData()
        for table in self._read_models.tables:
            table.to_metadata(fresh, schema=fresh_schema(self._connection))
        with self._connection.begin():
            fresh.create_all(self._connection, checkfirst=False)

    def catch_up(self) -> None:
        """Apply the logs up to the inbox's positions, and read one page further.

        No transaction is open while a feed is read: a slow producer must not hold a lock on this database.
        """
        for producer, log in self._logs.items():
            for page in log.pages(self._followed(producer)):
                with self._transaction() as session:
                    self._apply(session, page)
            log.read_next_page()

    def finish(self, *, dry_run: bool) -> list[Difference] | None:
        """Make the tables equal; return None when the inbox is ahead of the pages that were read."""
        with self._transaction(writes=True) as session:
            # In the order of their names, as every transaction that locks several producers, so that none deadlock.
            followed = {name: lock_producer(session, name) for name in sorted({*self._logs, *self._agreed})}
            positions = {producer: self._position(followed[producer]) for producer in followed}
            if not all(log.reaches(positions[producer]) for producer, log in self._logs.items()):
                return None
            for producer, log in self._logs.items():
                self._apply(session, log.take(positions[producer]))
                self._must_be_known(session, followed[producer], log)
            pairs = [Pair(self._connection, table) for table in self._read_models.tables]
            differences = [pair.difference() for pair in pairs]
            if not dry_run:
                for pair in pairs:
                    pair.make_equal()
                for producer, position in self._agreed.items():
                    forget_after(session, followed[producer], position)
            return differences

    def _position(self, followed: FollowedRow) -> int:
        """Return the position up to which a log counts here."""
        return min(followed.position, self._agreed.get(followed.producer, followed.position))

    def _must_be_known(self, session: Session, followed: FollowedRow, log: _Log) -> None:
        """Raise Restored for a log whose last event is not the one that was received under its position."""
        received = received_at(session, followed.producer, log.position)
        if received is not None and received != log.last_id:
            raise Restored(followed.producer)

    def _followed(self, producer: str) -> int:
        with self._transaction() as session:
            followed = session.get(FollowedRow, producer)
            return self._position(followed) if followed else 0

    def _apply(self, session: Session, events: Sequence[Event]) -> None:
        """Apply events together, since a savepoint costs more than a row; one by one if that fails."""
        handled = [event for event in events if event.name in self._read_models.handlers]
        # One attempt for all: its savepoint undoes every event of the page when one fails.
        if handled and attempt(session, lambda *_: self._handle(session, handled), handled[0]) is not None:
            for event in handled:
                self._handle_or_skip(session, event)

    def _handle(self, session: Session, events: Sequence[Event]) -> None:
        for event in events:
            self._read_models.handlers[event.name](session, event)

    def _handle_or_skip(self, session: Session, event: Event) -> None:
        """Apply an event, or skip it if the inbox has parked it, too. Raises CannotRebuild for any other fault."""
        fault = attempt(session, self._read_models.handlers[event.name], event)
        if fault is not None and session.get(ParkedRow, event.id) is None:
            summary = fault.partition("\n")[0]
            raise CannotRebuild(f"{event.name} {event.id} cannot be applied: {summary}.")

    @contextmanager
    def _transaction(self, *, writes: bool = False) -> Iterator[Session]:
        """Open a transaction. On SQLite only one that `writes` to the real tables takes their lock, at its start."""
        self._connection.execution_options(sqlite_begin="BEGIN IMMEDIATE" if writes else "BEGIN")
        with Session(self._connection) as session, session.begin():
            listen(session, "before_flush", self._refuse_stray_writes)
            yield session

    def _refuse_stray_writes(self, session: Session, *_: object) -> None:
        # Only the read models' tables are temporary ones here: a row of any other would go to the real table.
        allowed: tuple[type, ...] = (*self._read_models.models, FollowedRow)
        for row in (*session.new, *session.dirty, *session.deleted):
            if not isinstance(row, allowed):
                raise StrayWrite(type(row).__name__)
