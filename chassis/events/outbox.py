"""Outbox: facts recorded in the transaction that makes them true, and kept as the service's log.

A row receives its position (1, 2, 3 … without holes, per service) from the relay, after the commit. Rows stay: the feed
serves them by position to any consumer that missed some, or that starts from the beginning.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Index, Row, String, select, type_coerce
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from chassis.events import contracts, envelope
from chassis.ground import correlation
from chassis.ground.clock import now
from chassis.ground.json import JsonObject
from chassis.storage.column_types import Conventions, Id, new_metadata


@dataclass(frozen=True)
class Event:
    """Committed fact as other services see it."""

    id: uuid.UUID
    name: str
    position: int
    occurred_at: datetime
    correlation_id: str
    payload: JsonObject
    previous_id: uuid.UUID | None = None
    """Id of the producer's event at the position before; None for the first, and from versions that did not say it."""

    @property
    def producer(self) -> str:
        return contracts.producer_of(self.name)

    def to_json(self) -> JsonObject:
        return {
            "id": str(self.id),
            "name": self.name,
            "position": self.position,
            "occurred_at": self.occurred_at.isoformat(),
            "correlation_id": self.correlation_id,
            "payload": self.payload,
            "previous_id": str(self.previous_id) if self.previous_id else None,
        }

    @classmethod
    def from_json(cls, data: object) -> "Event":
        """Return the event in an envelope. Raises NotAnEvent."""
        return cls(**envelope.checked(data))


Handler = Callable[[Session, Event], None]
"""Function that applies an event of another service. It runs in the inbox's transaction and must be safe to run
twice."""


class ChassisBase(Conventions, DeclarativeBase):
    """Base of the tables that every service has beside its own."""

    metadata = new_metadata()


class OutboxRow(ChassisBase):
    __tablename__ = "outbox"

    seq: Mapped[Id]
    id: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(String(120))
    occurred_at: Mapped[datetime]
    correlation_id: Mapped[str] = mapped_column(String(64))
    payload: Mapped[JsonObject]
    position: Mapped[int | None] = mapped_column(BigInteger, unique=True)


class PublishedRow(ChassisBase):
    """Progress of the relay: the transport has taken every position up to this one. There is one row."""

    __tablename__ = "published"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    position: Mapped[int] = mapped_column(BigInteger)


Index(
    "ix_outbox_without_position",
    OutboxRow.seq,
    postgresql_where=OutboxRow.position.is_(None),
    sqlite_where=OutboxRow.position.is_(None),
)


def events_after(session: Session | Connection, position: int, limit: int) -> list[Event]:
    """Return the next events after `position`, in order, each with the id of the one before it."""
    rows = session.execute(
        select(
            OutboxRow.id,
            OutboxRow.name,
            type_coerce(OutboxRow.position, BigInteger),  # not null here
            OutboxRow.occurred_at,
            OutboxRow.correlation_id,
            OutboxRow.payload,
        )
        .where(OutboxRow.position >= position)
        .order_by(OutboxRow.position)
        .limit(limit + 1)
    )
    return list(_chained(rows.all(), position))[:limit]


def _chained(rows: Iterable[Row[uuid.UUID, str, int, datetime, str, JsonObject]], position: int) -> Iterator[Event]:
    previous_id = None
    for row in rows:
        event = Event(*row, previous_id=previous_id)
        if event.position > position:
            yield event
        previous_id = event.id


def record(session: Session, name: str, payload: JsonObject) -> None:
    """Record a fact beside the change that makes it true. Raises ContractBroken for a payload against its contract."""
    contracts.check(name, payload)
    # The id is set here and not by the column's default, which runs at the flush: the answer names it.
    row = OutboxRow(
        id=uuid.uuid4(), name=name, payload=payload, occurred_at=now(), correlation_id=correlation.current()
    )
    session.add(row)
    session.info["last_recorded"] = f"{contracts.producer_of(name)}:{row.id}"
