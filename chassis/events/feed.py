"""Feed: a service's outbox by position, followed by the embedded transport and read to fill holes.

Whoever asks names the last event that it has. A feed that has another one there, or none, says so: it was restored to
an earlier moment, and what it tells from then on is another story.
"""

import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Protocol

from sqlalchemy import func, select

from chassis.calls.internal_client import InternalClient, RemoteRefusal
from chassis.events.envelope import NotAnEvent
from chassis.events.outbox import Event, OutboxRow, events_after
from chassis.ground.json import JsonObject
from chassis.ground.problems import Refusal, Unavailable
from chassis.storage.database import Database

BEYOND_EVERY_POSITION = 2**53 - 1
PAGE = 500
"""Events asked for at once: as many as a feed gives."""


class LogDiverged(Refusal):
    """Refusal to go on from an event that is not in this log: it was restored to an earlier moment."""

    code, sentence = "log_diverged", "The event after which you ask is not in this log: it was restored since."


class Feed(Protocol):
    def after(self, position: int, *, after_id: uuid.UUID | None = None, wait: float = 0) -> Sequence[Event]:
        """Return the next events after `position`, in order; wait up to `wait` seconds for the first one.

        `after_id` is the event that the reader has at that position, where it knows. Raises LogDiverged when the feed
        has another one there, or none; Unavailable without an answer, or for one that is no feed's.
        """


class HttpFeed:
    """Feed of another service, over HTTP."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client

    def after(self, position: int, *, after_id: uuid.UUID | None = None, wait: float = 0) -> Sequence[Event]:
        page = self._page(position, after_id, wait=wait)
        items = page.get("items")
        if not isinstance(items, list):
            raise Unavailable
        try:
            return [Event.from_json(item) for item in items]
        except NotAnEvent as error:
            raise Unavailable from error

    def last(self, *, position: int = BEYOND_EVERY_POSITION, after_id: uuid.UUID | None = None) -> int:
        """Return the producer's newest position, 0 without events. Raises LogDiverged as `after` does."""
        last = self._page(position, after_id, limit=1).get("last")
        if not isinstance(last, int) or last < 0:
            raise Unavailable
        return last

    def _page(self, position: int, after_id: uuid.UUID | None, *, limit: int = PAGE, wait: float = 0) -> JsonObject:
        params = {"after": position, "limit": limit, "wait": wait}
        if after_id is None:
            return self._client.get("/internal/feed", params=params)
        try:
            return self._client.get("/internal/feed", params={**params, "after_id": str(after_id)})
        except RemoteRefusal as refusal:
            if refusal.code == LogDiverged.code:
                raise LogDiverged from refusal
            if refusal.status == HTTPStatus.UNPROCESSABLE_ENTITY:  # a producer of the version before cannot compare
                return self._page(position, None, limit=limit, wait=wait)
            raise


def read(database: Database, after: int, limit: int) -> list[Event]:
    """Return the events with a position above `after`, in order."""
    with database.reading() as session:
        return events_after(session, after, limit)


def has(database: Database, position: int, event_id: uuid.UUID) -> bool:
    """Return whether this is the event at that position."""
    with database.reading() as session:
        return session.scalar(select(OutboxRow.id).where(OutboxRow.position == position)) == event_id


def last_position(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.max(OutboxRow.position))) or 0
