"""Ended sessions: their access tokens are refused though they have not expired (A-13).

The worker keeps what identity records, for as long as a token can live. Each API process reads what is new since it
last looked, so that a request costs a lookup in memory.
"""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.events.outbox import ChassisBase, Event, Handler
from chassis.ground.clock import now
from chassis.storage.column_types import BigId
from chassis.storage.database import Database

SESSION_ENDED = "identity.session_ended.v1"
KEPT_FOR = timedelta(hours=1)
"""Four times the life of a token: identity's setting stays far below."""
LOOK_SECONDS = 0.25


class EndedSessionRow(ChassisBase):
    __tablename__ = "ended_sessions"

    position: Mapped[BigId] = mapped_column(primary_key=True, autoincrement=False)
    """Position of the event, which orders the rows as they were committed."""
    session_id: Mapped[BigId]
    ended_at: Mapped[datetime]


def on_session_ended(session: Session, event: Event) -> None:
    session.execute(delete(EndedSessionRow).where(EndedSessionRow.ended_at < now() - KEPT_FOR))
    if event.occurred_at > now() - KEPT_FOR:
        row = EndedSessionRow(
            position=event.position, session_id=event.payload["session_id"], ended_at=event.occurred_at
        )
        session.merge(row)


HANDLERS: Mapping[str, Handler] = {SESSION_ENDED: on_session_ended}


class EndedSessions:
    """Memory of an API process. Thread-safe; at most LOOK_SECONDS behind its database."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._ended: dict[str, datetime] = {}
        """Moment of the end by session, oldest first."""
        self._position = 0
        self._looked_at = float("-inf")
        self._lock = threading.Lock()

    def includes(self, session_id: str, issued_at: int) -> bool:
        """Return whether the session of a token that was issued then has ended.

        SQLite gives the number of a session that was erased to the next one: its tokens are of later than that end.
        """
        # One thread looks; those that come meanwhile go by what was known a moment ago.
        if self._clock() - self._looked_at > LOOK_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        ended_at = self._ended.get(session_id)
        return ended_at is not None and issued_at <= ended_at.timestamp()

    def _look(self) -> None:
        statement = select(EndedSessionRow).where(EndedSessionRow.position > self._position)
        with self._database.reading() as session:
            for row in session.scalars(statement.order_by(EndedSessionRow.position)):
                self._ended[str(row.session_id)] = row.ended_at
                self._position = row.position
        self._looked_at = self._clock()
        while self._ended and next(iter(self._ended.values())) < now() - KEPT_FOR:
            del self._ended[next(iter(self._ended))]
