"""The relay: gives committed outbox rows their position, and hands them to the transport in that order."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.database import Database, now
from chassis.events import Event, OutboxRow
from chassis.transport import Transport

BATCH = 500


class Relay:
    """A crash between two steps repeats a publication, never loses one: consumers know an event by its id."""

    name = "relay"
    idle_seconds = 0.04

    def __init__(self, database: Database, transport: Transport) -> None:
        self._database = database
        self._transport = transport

    def run_once(self) -> bool:
        positioned = self._give_positions()
        published = self._publish()
        return positioned or published

    def _give_positions(self) -> bool:
        """Looks first without a lock, so that an idle relay never makes a writer wait."""
        with self._database.reading() as session:
            if not _without_position(session):
                return False
        with self._database.writing() as session:
            last = session.scalar(select(func.max(OutboxRow.position))) or 0
            rows = _without_position(session)
            for position, row in enumerate(rows, start=last + 1):
                row.position = position
        return bool(rows)

    def _publish(self) -> bool:
        events = self._unpublished()
        if not events:
            return False
        self._transport.publish(events)
        with self._database.writing() as session:
            for row in session.scalars(select(OutboxRow).where(OutboxRow.id.in_([event.id for event in events]))):
                row.published_at = now()
        return True

    def _unpublished(self) -> list[Event]:
        waiting = (
            select(OutboxRow)
            .where(OutboxRow.published_at.is_(None), OutboxRow.position.is_not(None))
            .order_by(OutboxRow.position)
            .limit(BATCH)
        )
        with self._database.reading() as session:
            return [row.as_event() for row in session.scalars(waiting)]


def _without_position(session: Session) -> list[OutboxRow]:
    waiting = select(OutboxRow).where(OutboxRow.position.is_(None)).order_by(OutboxRow.seq).limit(BATCH)
    return list(session.scalars(waiting))
