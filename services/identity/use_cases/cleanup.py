"""Cleanup of rows past their time: sessions that have ended, devices of long ago, and the history of long ago."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.ground.clock import now
from services.identity.models.history import HistoryEntry
from services.identity.models.known_devices import KnownDevice
from services.identity.models.sessions import AccountSession

MOST_AT_ONCE = 1000
"""Rows of one batch, so that no request waits for long behind it."""


def delete_ended_sessions(session: Session) -> int:
    """Delete a batch of ended sessions. Return their number."""
    # Nothing is lost: the history tells of every sign-in, and tokens of a missing session are refused alike.
    at = now()
    return _delete_batch(
        session, AccountSession.id, or_(AccountSession.ended_at <= at, AccountSession.expires_at <= at)
    )


def delete_expired_devices(session: Session) -> int:
    """Delete a batch of devices that are not known any more. Return their number."""
    return _delete_batch(session, KnownDevice.id, KnownDevice.expires_at <= now())


def delete_old_history(session: Session, until: datetime) -> int:
    """Delete a batch of entries from before `until`. Return their number."""
    return _delete_batch(session, HistoryEntry.id, HistoryEntry.happened_at < until)


def _delete_batch(session: Session, key: InstrumentedAttribute[int], condition: ColumnElement[bool]) -> int:
    """Delete a batch and return its size."""
    # Rows that another transaction holds are skipped: they are there the next time.
    old = select(key).where(condition).limit(MOST_AT_ONCE).with_for_update(skip_locked=True)
    gone: Sequence[int] = session.scalars(delete(key.class_).where(key.in_(old)).returning(key)).all()
    return len(gone)
