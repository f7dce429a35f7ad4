"""The feed: a service's outbox by position. What the embedded transport follows, and what heals a hole."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import func, select

from chassis.calls.internal_client import InternalClient
from chassis.events.outbox import Event, OutboxRow
from chassis.storage.database import Database

BEYOND_EVERY_POSITION = 2**53 - 1


class Feed(Protocol):
    def after(self, position: int, *, wait: float = 0) -> Sequence[Event]:
        """The next events after `position`, in order; waits up to `wait` seconds for the first one."""


class HttpFeed:
    """Another service's feed."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client

    def after(self, position: int, *, wait: float = 0) -> Sequence[Event]:
        page = self._client.get("/internal/feed", params={"after": position, "wait": wait})
        return [Event.from_json(item) for item in page["items"]]

    def last(self) -> int:
        """The producer's newest position; 0 when it has none."""
        page = self._client.get("/internal/feed", params={"after": BEYOND_EVERY_POSITION})
        return int(page["last"])


def read(database: Database, after: int, limit: int) -> list[Event]:
    """What has a position above `after`, in order."""
    rows = select(OutboxRow).where(OutboxRow.position > after).order_by(OutboxRow.position).limit(limit)
    with database.reading() as session:
        return [row.as_event() for row in session.scalars(rows)]


def last_position(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.max(OutboxRow.position))) or 0
