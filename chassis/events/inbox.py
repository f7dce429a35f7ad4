"""Inbox: each event of another service is applied once, in its producer's order.

The ids of a batch are inserted first, then the handlers run in the same transaction: a crash or a repeat can neither
lose an event nor apply it twice. When a handler fails for its own reasons, the batch is rolled back and applied again
with a savepoint per event; an event that goes on failing is parked, so that the others are not held up. What does not
follow on what was received is asked of the producer's own log, which is right.
"""

import traceback
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy import Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.events import contracts
from chassis.events.erased_subjects import redact_erased
from chassis.events.feed import Feed, LogDiverged
from chassis.events.outbox import ChassisBase, Event, Handler
from chassis.events.received import (
    DoesNotFollow,
    InboxRow,
    first_seen,
    last_received,
    lock_producer,
    passed_over,
    received_at,
)
from chassis.ground import correlation, metrics
from chassis.ground.clock import now
from chassis.ground.json import JsonObject
from chassis.ground.problems import Unavailable
from chassis.ground.transient import TRANSIENT
from chassis.storage.database import Database

TRIES_BEFORE_PARKING = 3
BATCH = 100
"""Events per transaction: enough to share a commit, few enough not to hold their locks for long."""
REMEDY = "docs/operations.md, A producer's log diverged"
"""Where an operator reads what to do."""
RESOURCES = "resources"
"""Key of the service's resources in `session.info`, for handlers."""

T = TypeVar("T")

log = structlog.get_logger()


class ParkedRow(ChassisBase):
    """Event whose handler failed for its own reasons, stored whole for an operator to inspect and replay."""

    __tablename__ = "parked"

    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event: Mapped[JsonObject]
    error: Mapped[str] = mapped_column(Text)
    parked_at: Mapped[datetime]


class Inbox:
    def __init__(
        self, database: Database, handlers: Mapping[str, Handler], feeds: Mapping[str, Feed], resources: object = None
    ) -> None:
        """Take the resources that the service built at start, for the handlers in need of them."""
        self._database = database
        self._handlers = handlers
        self._feeds = feeds
        self._resources = resources

    def position(self, producer: str) -> int:
        with self._database.reading() as session:
            return last_received(session, producer)[0]

    def receive(self, events: Sequence[Event]) -> None:
        """Apply events in order. After its return they are safe in this database and may be acknowledged.

        Raises DoesNotFollow at the first that does not follow on what was received: `catch_up` knows what does.
        """
        for run in _runs(events):
            if self.position(run[0].producer) < run[0].position - 1:
                raise DoesNotFollow
            self._apply(run)

    def follow(self, producer: str, wait: float = 0) -> int:
        """Apply the next page of the producer's own log; wait up to `wait` seconds for it. Return its length.

        Raises Unavailable, with nothing applied, for a page that does not follow on what is known; LogDiverged when
        the producer does not know what it told before.
        """
        with self._database.reading() as session:
            position, last_id = last_received(session, producer)
        try:
            self._handle_passed_over(producer)
            events = self._feeds[producer].after(position, after_id=last_id, wait=wait)
        except LogDiverged:
            log.error("log diverged: producer is not followed", producer=producer, followed=position, remedy=REMEDY)
            metrics.DIVERGED.labels(producer).set(1)
            raise
        metrics.DIVERGED.labels(producer).set(0)
        _must_follow(producer, position, events)
        try:
            self._apply(events)
        except DoesNotFollow as error:
            log.error("feed answers nonsense", producer=producer, after=position)
            raise Unavailable from error
        return len(events)

    def catch_up(self, producer: str) -> bool:
        """Apply the next page of the producer's own log instead of messages, and return whether there was one."""
        healed = self.follow(producer)
        metrics.HEALED.labels(producer).inc(healed)
        return bool(healed)

    def _handle_passed_over(self, producer: str) -> None:
        """Apply, from the producer's log, what came before this service had a handler for it."""
        while rows := self._passed_over(producer):
            before = rows[0].position - 1
            with self._database.reading() as session:
                before_id = received_at(session, producer, before)
            page = {event.id: event for event in self._feeds[producer].after(before, after_id=before_id)}
            if rows[0].event_id not in page:
                return  # the log has another event there: it diverged, as the next question shows
            self._handle_late(producer, page)

    def _handle_late(self, producer: str, page: Mapping[uuid.UUID, Event]) -> None:
        with self._database.writing() as session:
            session.info[RESOURCES] = self._resources
            lock_producer(session, producer)
            rows = {row.event_id: row for row in passed_over(session, producer, self._handlers, BATCH)}
            events = [page[event_id] for event_id in rows if event_id in page]
            for event in redact_erased(session, events):
                self._handle(session, event)
                rows[event.id].passed_over = False
        log.warning("events that came before their handler are applied", producer=producer, events=len(events))

    def _passed_over(self, producer: str) -> list[InboxRow]:
        with self._database.reading() as session:
            return passed_over(session, producer, self._handlers, 1)

    def _apply(self, run: Sequence[Event]) -> None:
        """Apply events of one producer with consecutive positions, in transactions of a bounded size."""
        for start in range(0, len(run), BATCH):
            batch = run[start : start + BATCH]
            if not self._apply_together(batch):
                self._apply_one_by_one(batch)
            producer, position = batch[0].producer, batch[-1].position
            metrics.APPLIED.labels(producer).inc(len(batch))
            metrics.FOLLOWED.labels(producer).set(position)

    def _apply_together(self, batch: Sequence[Event]) -> bool:
        """Apply a batch without savepoints, which cost more than a handler's writes. Return False after a rollback."""
        try:
            with self._database.writing() as session:
                session.info[RESOURCES] = self._resources
                for event in redact_erased(session, first_seen(session, batch, self._handlers)):
                    if handler := self._handlers.get(event.name):
                        with correlation.bound(event.correlation_id):
                            handler(session, event)
        except (*TRANSIENT, DoesNotFollow):
            raise  # database or feed will come back: nothing is wrong with the handlers
        except Exception as error:
            log.warning("batch failed", producer=batch[0].producer, events=len(batch), fault=_described(error))
            return False
        return True

    def _apply_one_by_one(self, batch: Sequence[Event]) -> None:
        with self._database.writing() as session:
            session.info[RESOURCES] = self._resources
            for event in redact_erased(session, first_seen(session, batch, self._handlers)):
                self._handle(session, event)

    def _handle(self, session: Session, event: Event) -> None:
        """Run the handler behind a savepoint: its failure is undone, and the others of its batch stay."""
        handler = self._handlers.get(event.name)
        if handler is None:
            return
        with correlation.bound(event.correlation_id):
            for number in range(1, TRIES_BEFORE_PARKING + 1):
                fault = attempt(session, handler, event)
                if fault is None:
                    return
                log.warning("handler failed", event_id=str(event.id), name=event.name, attempt=number, fault=fault)
            session.add(ParkedRow(event_id=event.id, event=event.to_json(), error=fault, parked_at=now()))
            metrics.PARKED.labels(event.producer).inc()
            log.error("event parked", event_id=str(event.id), name=event.name)


def attempt(session: Session, handler: Handler, event: Event) -> str | None:
    """Run the handler behind a savepoint and return None, or its fault after a rollback. Raise transient faults."""
    try:
        with session.begin_nested():
            handler(session, event)
    except TRANSIENT:
        raise
    except Exception as error:
        return _described(error)
    return None


def _described(error: Exception) -> str:
    """Return the class of an error and its traceback, without its message, since that may quote personal data."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


def resources(session: Session, kind: type[T]) -> T:
    """Return the resources that the service built at start; `kind` is their class."""
    built = session.info[RESOURCES]
    assert isinstance(built, kind)
    return built


def producers_of(handlers: Mapping[str, Handler]) -> frozenset[str]:
    """Return the producers of the events that a service handles."""
    return frozenset(contracts.producer_of(name) for name in handlers)


def _must_follow(producer: str, position: int, events: Sequence[Event]) -> None:
    """Raise Unavailable unless these are the producer's next events, without a hole: a feed that says else is mistaken.

    It is asked again later, and nothing of its answer is applied.
    """
    expected = [(producer, number) for number in range(position + 1, position + 1 + len(events))]
    if [(event.producer, event.position) for event in events] != expected:
        log.error("feed answers nonsense", producer=producer, after=position)
        raise Unavailable


def _runs(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Split events into runs: a new one begins where the producer changes or a position is missing."""
    run: list[Event] = []
    for event in events:
        if run and (event.producer, event.position) != (run[-1].producer, run[-1].position + 1):
            yield run
            run = []
        run.append(event)
    if run:
        yield run
