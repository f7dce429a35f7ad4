"""Rebuilding copies from the producers' feeds, while the service answers and its worker works.

Temporary tables get the names of the copies; only this connection sees them, and sees them first, so the very handlers
that keep the copies fill them. Once these are near to where the inbox stands, one short transaction holds the inbox up,
brings them to exactly there, and makes the real tables equal to them. Whoever reads meanwhile sees what was before or
what is after, never less.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

from sqlalchemy import MetaData, event, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from chassis.events.feed import Feed
from chassis.events.inbox import FollowedRow, ParkedRow, attempted, follows, locked
from chassis.events.outbox import Event
from chassis.events.read_models import ReadModels
from chassis.operating.table_sync import Difference, Pair, fresh_schema
from chassis.storage.database import Database

MOST_TRIES = 100
"""How often the inbox may have gone further than what is in hand, each time for a few milliseconds' news."""


class CannotRebuild(Exception):
    """The sentence says why; nothing was changed."""


class StrayWrite(Exception):
    """A handler that should keep copies writes something else."""


def rebuild(
    database: Database, copies: ReadModels, feeds: Mapping[str, Feed], *, dry_run: bool = False
) -> list[Difference]:
    """What was wrong in each table, which is right now; with `dry_run` it is as before.

    Raises CannotRebuild, or what feeds and database raise; then nothing was changed.
    """
    with closing(_own_connection(database)) as connection:
        rebuilding = _Rebuilding(connection, copies, feeds)
        rebuilding.make_tables()
        for _ in range(MOST_TRIES):
            rebuilding.approach()
            differences = rebuilding.arrive(dry_run=dry_run)
            if differences is not None:
                return differences
    raise CannotRebuild("Events come in faster than their feed can be read. Try again when there are fewer.")


def _own_connection(database: Database) -> Connection:
    """Closing it ends it, and the temporary tables with it; nothing was prepared on it that means the real ones."""
    connection = database.engine.connect()
    connection.detach()
    return connection


class _Log:
    """A producer's events from its first one on, in order, with a page in hand."""

    def __init__(self, producer: str, feed: Feed) -> None:
        self._producer = producer
        self._feed = feed
        self._page: list[Event] = []
        self.position = 0
        """Up to here its events have been taken."""

    def read_on(self) -> None:
        if self._page:
            return
        self._page = list(self._feed.after(self.position))
        if self._page and self._page[0].position != self.position + 1:
            raise CannotRebuild(f"The feed of {self._producer} has nothing at position {self.position + 1}.")

    def reaches(self, position: int) -> bool:
        return position <= self.position + len(self._page)

    def take(self, up_to: int) -> list[Event]:
        """What is in hand of it."""
        count = max(up_to - self.position, 0)
        taken, self._page = self._page[:count], self._page[count:]
        self.position += len(taken)
        return taken

    def pages(self, up_to: int) -> Iterator[list[Event]]:
        while self.position < up_to:
            self.read_on()
            page = self.take(up_to)
            if not page:
                raise CannotRebuild(
                    f"The feed of {self._producer} ends at {self.position}, but was followed up to {up_to}: it has "
                    "been restored to an earlier moment."
                )
            yield page


class _Rebuilding:
    def __init__(self, connection: Connection, copies: ReadModels, feeds: Mapping[str, Feed]) -> None:
        self._connection = connection
        self._copies = copies
        self._logs = {producer: _Log(producer, feeds[producer]) for producer in sorted(follows(copies.handlers))}

    def make_tables(self) -> None:
        fresh = MetaData()
        for table in self._copies.tables:
            table.to_metadata(fresh, schema=fresh_schema(self._connection))
        with self._connection.begin():
            fresh.create_all(self._connection, checkfirst=False)

    def approach(self) -> None:
        """To where the inbox stands, with the page behind it in hand; no transaction is open while a feed is read."""
        for producer, log in self._logs.items():
            for page in log.pages(self._followed(producer)):
                with self._transaction() as session:
                    self._apply(session, page)
            log.read_on()

    def arrive(self, *, dry_run: bool) -> list[Difference] | None:
        """Makes the tables equal; None when the inbox has gone further than what is in hand."""
        with self._transaction(writes=True) as session:
            positions = {producer: locked(session, producer).position for producer in self._logs}
            if not all(log.reaches(positions[producer]) for producer, log in self._logs.items()):
                return None
            for producer, log in self._logs.items():
                self._apply(session, log.take(positions[producer]))
            pairs = [Pair(self._connection, table) for table in self._copies.tables]
            differences = [pair.difference() for pair in pairs]
            if not dry_run:
                for pair in pairs:
                    pair.make_equal()
            return differences

    def _followed(self, producer: str) -> int:
        with self._transaction() as session:
            return session.scalar(select(FollowedRow.position).where(FollowedRow.producer == producer)) or 0

    def _apply(self, session: Session, events: Sequence[Event]) -> None:
        """All at once, since a savepoint costs more than a row; one by one if that fails."""
        handled = [told for told in events if told.name in self._copies.handlers]
        if handled and attempted(session, lambda *_: self._handle(session, handled), handled[0]) is not None:
            for told in handled:
                self._handle_or_leave_out(session, told)

    def _handle(self, session: Session, events: Sequence[Event]) -> None:
        for told in events:
            self._copies.handlers[told.name](session, told)

    def _handle_or_leave_out(self, session: Session, told: Event) -> None:
        """What cannot be applied is left out if the inbox has left it out too."""
        fault = attempted(session, self._copies.handlers[told.name], told)
        if fault is not None and session.get(ParkedRow, told.id) is None:
            summary = fault.partition("\n")[0]
            raise CannotRebuild(f"{told.name} {told.id} cannot be applied: {summary}.")

    @contextmanager
    def _transaction(self, *, writes: bool = False) -> Iterator[Session]:
        """On SQLite only one that `writes` to the real tables takes their lock, and takes it at the start."""
        self._connection.execution_options(sqlite_begin="BEGIN IMMEDIATE" if writes else "BEGIN")
        with Session(self._connection) as session, session.begin():
            event.listen(session, "before_flush", self._refuse_strays)
            yield session

    def _refuse_strays(self, session: Session, *_: object) -> None:
        known: tuple[type, ...] = (*self._copies.models, FollowedRow)
        for row in (*session.new, *session.dirty, *session.deleted):
            if not isinstance(row, known):
                raise StrayWrite(type(row).__name__)
