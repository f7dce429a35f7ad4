"""Feed: a service's outbox by position, followed by the embedded transport and read to fill holes."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import func, select

from chassis.calls.internal_client import InternalClient
from chassis.events.envelope import NotAnEvent
from chassis.events.outbox import Event, OutboxRow
from chassis.ground.problems import Unavailable
from chassis.storage.database import Database

BEYOND_EVERY_POSITION = 2**53 - 1


class Feed(Protocol):
    def after(self, position: int, *, wait: float = 0) -> Sequence[Event]:
        """Return the next events after `position`, in order; wait up to `wait` seconds for the first one.

        Raises Unavailable without an answer, or for one that is no feed's.
        """


class HttpFeed:
    """Feed of another service, over HTTP."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client

    def after(self, position: int, *, wait: float = 0) -> Sequence[Event]:
        page = self._client.get("/internal/feed", params={"after": position, "wait": wait})
        items = page.get("items")
        if not isinstance(items, list):
            raise Unavailable
        try:
            return [Event.from_json(item) for item in items]
        except NotAnEvent as error:
            raise Unavailable from error

    def last(self) -> int:
        """Return the producer's newest position; 0 without events."""
        page = self._client.get("/internal/feed", params={"after": BEYOND_EVERY_POSITION})
        last = page.get("last")
        if not isinstance(last, int) or last < 0:
            raise Unavailable
        return last


def read(database: Database, after: int, limit: int) -> list[Event]:
    """Return the events with a position above `after`, in order."""
    rows = select(OutboxRow).where(OutboxRow.position > after).order_by(OutboxRow.position).limit(limit)
    with database.reading() as session:
        return [row.as_event() for row in session.scalars(rows)]


def last_position(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.max(OutboxRow.position))) or 0
