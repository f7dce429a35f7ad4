"""The inbox: each event of another service is applied once, in its producer's order, in one transaction.

The event's id is written first and flushed, then the handler runs in the same transaction: a crash or a repeat can
neither lose an event nor apply it twice. A hole in a producer's positions is filled from that producer's feed. An event
whose handler fails for its own reasons is parked after a few tries, so that the others go on.
"""

import traceback
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis import contracts, correlation
from chassis.database import Database, now
from chassis.events import ChassisBase, Event, Handler
from chassis.faults import TRANSIENT
from chassis.feed import Feed
from chassis.problems import Unavailable

TRIES_BEFORE_PARKING = 3
_RESOURCES = "resources"

T = TypeVar("T")

log = structlog.get_logger()


class InboxRow(ChassisBase):
    """An event that was seen; its being here is what makes a second delivery harmless."""

    __tablename__ = "inbox"

    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    producer: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime]


class FollowedRow(ChassisBase):
    """How far a producer has been followed: every position up to this one was seen."""

    __tablename__ = "followed"

    producer: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)


class ParkedRow(ChassisBase):
    """An event whose handler failed for its own reasons, kept whole for an operator to look at and replay."""

    __tablename__ = "parked"

    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event: Mapped[dict[str, Any]]
    error: Mapped[str] = mapped_column(Text)
    parked_at: Mapped[datetime]


class Inbox:
    def __init__(
        self, database: Database, handlers: Mapping[str, Handler], feeds: Mapping[str, Feed], resources: object = None
    ) -> None:
        """`resources`: what the service built at start, for the handlers that need it."""
        self._database = database
        self._handlers = handlers
        self._feeds = feeds
        self._resources = resources

    def position(self, producer: str) -> int:
        with self._database.reading() as session:
            return _position(session, producer)

    def receive(self, events: Sequence[Event]) -> None:
        """Applies events in order; returning means that they are safe here and may be acknowledged."""
        for event in events:
            self._heal_before(event)
            self._apply(event)

    def _heal_before(self, event: Event) -> None:
        """Applies what is missing between what was seen and `event`, from the producer's own log."""
        while (seen := self.position(event.producer)) < event.position - 1:
            log.warning("hole in a producer's positions", producer=event.producer, after=seen, before=event.position)
            missed = [found for found in self._feeds[event.producer].after(seen) if found.position < event.position]
            if not missed:
                raise Unavailable
            for found in missed:
                self._apply(found)

    def _apply(self, event: Event) -> None:
        with correlation.bound(event.correlation_id):
            for attempt in range(1, TRIES_BEFORE_PARKING + 1):
                fault = self._attempt(event)
                if fault is None:
                    return
                log.warning("handler failed", event_id=str(event.id), name=event.name, attempt=attempt, fault=fault)
            self._park(event, fault or "")

    def _attempt(self, event: Event) -> str | None:
        """What the handler did wrong, or None; a fault of the surroundings is raised."""
        try:
            self._apply_once(event)
        except TRANSIENT:
            raise
        except Exception as error:
            return _described(error)
        return None

    def _apply_once(self, event: Event) -> None:
        with self._database.writing() as session:
            if not _first_time(session, event):
                return
            session.info[_RESOURCES] = self._resources
            if handler := self._handlers.get(event.name):
                handler(session, event)

    def _park(self, event: Event, fault: str) -> None:
        with self._database.writing() as session:
            if _first_time(session, event):
                session.add(ParkedRow(event_id=event.id, event=event.to_json(), error=fault, parked_at=now()))
        log.error("event parked", event_id=str(event.id), name=event.name)


def _described(error: Exception) -> str:
    """Its class and where it was raised; the message is left out, since it may quote a person's data."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


def resources(session: Session, kind: type[T]) -> T:
    """What the service built at start, for a handler that needs more than its session."""
    found = session.info[_RESOURCES]
    assert isinstance(found, kind)
    return found


def follows(handlers: Mapping[str, Handler]) -> frozenset[str]:
    """The producers whose events a service handles."""
    return frozenset(contracts.producer_of(name) for name in handlers)


def _position(session: Session, producer: str) -> int:
    row = session.get(FollowedRow, producer)
    return row.position if row else 0


def _first_time(session: Session, event: Event) -> bool:
    """Writes the event down before anything else; False when it already was."""
    followed = session.get(FollowedRow, event.producer) or FollowedRow(producer=event.producer, position=0)
    followed.position = max(followed.position, event.position)
    session.add(followed)
    if session.get(InboxRow, event.id):
        return False
    session.add(
        InboxRow(
            event_id=event.id, producer=event.producer, name=event.name, position=event.position, received_at=now()
        )
    )
    session.flush()
    return True
