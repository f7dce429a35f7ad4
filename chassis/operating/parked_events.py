"""Parked events: a list of them, and a second try once the cause is removed."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.events.inbox import RESOURCES, ParkedRow, attempt
from chassis.events.outbox import Event
from chassis.events.received import lock_producer
from chassis.ground import correlation
from chassis.processes.service import AnyRunningService
from chassis.storage.database import Database


class NotParked(Exception):
    """Error for an id without a parked event: there never was one, or it has been replayed."""


class NoHandler(Exception):
    """Error for an event without a handler in this version of the service."""


@dataclass(frozen=True)
class Parked:
    event: Event
    error: str
    """Class of the error in the first line, its traceback in the others. Contains no personal data."""
    parked_at: str

    @property
    def summary(self) -> str:
        return self.error.partition("\n")[0]


def parked(database: Database) -> list[Parked]:
    """Return the parked events in their producers' order."""
    with database.reading() as session:
        rows = [
            Parked(Event.from_json(row.event), row.error, row.parked_at.isoformat(timespec="seconds"))
            for row in session.scalars(select(ParkedRow))
        ]
    return sorted(rows, key=lambda row: (row.event.producer, row.event.position))


def replay(running: AnyRunningService, event_id: uuid.UUID) -> str | None:
    """Apply a parked event in a transaction of its own, and return None, or the fault that keeps it parked.

    Raises NotParked, NoHandler, or a transient fault (chassis.ground.transient).
    """
    with running.database.writing() as session:
        session.info[RESOURCES] = running.resources
        row = _claimed(session, event_id)
        event = Event.from_json(row.event)
        handler = running.service.handlers.get(event.name)
        if handler is None:
            raise NoHandler(event.name)
        with correlation.bound(event.correlation_id):
            fault = attempt(session, handler, event)
        if fault is None:
            session.delete(row)
        else:
            row.error = fault
        return fault


def _claimed(session: Session, event_id: uuid.UUID) -> ParkedRow:
    """Return the row of a parked event, locked. Raises NotParked.

    The order of the locks is the inbox's: first the producer, which keeps inbox and rebuild away, then the row.
    """
    unlocked = session.get(ParkedRow, event_id)
    if unlocked is None:
        raise NotParked
    lock_producer(session, Event.from_json(unlocked.event).producer)
    # Read again: another operator may have replayed the event while this one waited for the lock.
    row = session.scalar(
        select(ParkedRow)
        .where(ParkedRow.event_id == event_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotParked
    return row
