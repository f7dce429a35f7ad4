"""Read your own writes: a request can name earlier events of its sender, and waits for their arrival here.

A write answers with `Guichet-Recorded: structures:<event id>`. A request with `Guichet-After: structures:<event id>` to
another service is answered once that service's inbox has the event. Producers that a service does not follow are
ignored: it will never know more of them than it does now.
"""

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import select

from chassis.events.received import InboxRow
from chassis.ground.problems import CatchingUp
from chassis.storage.database import Database
from chassis.storage.polling import poll_until

RECORDED = "Guichet-Recorded"
AFTER = "Guichet-After"
LONGEST_WAIT_SECONDS = 3.0
LOOK_AGAIN_SECONDS = 0.02
MAX_EVENTS = 8


def wait_for(
    header: str | None, database: Database, followed: Collection[str], longest: float = LONGEST_WAIT_SECONDS
) -> None:
    """Wait for the events named in `header`. Raises CatchingUp when one has not arrived in time."""
    awaited = {event_id for producer, event_id in _parse(header or "") if producer in followed}
    if awaited and not poll_until(lambda: _arrived(database, awaited), database, longest, LOOK_AGAIN_SECONDS):
        raise CatchingUp


def _parse(header: str) -> Iterator[tuple[str, uuid.UUID]]:
    """Yield producers and event ids. Malformed parts are ignored: the header can only ever make a request wait."""
    for part in header.split(",")[:MAX_EVENTS]:
        producer, _, event_id = part.strip().partition(":")
        try:
            yield producer, uuid.UUID(event_id)
        except ValueError:
            continue


def _arrived(database: Database, awaited: set[uuid.UUID]) -> bool:
    with database.reading() as session:
        return set(session.scalars(select(InboxRow.event_id).where(InboxRow.event_id.in_(awaited)))) == awaited
