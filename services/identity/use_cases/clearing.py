"""Clearing away what has had its time: sessions that have ended, and the history of long ago."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.ground.clock import now
from services.identity.models import AccountSession, HistoryEntry

MOST_AT_ONCE = 1000
"""So that nobody waits for long behind it."""


def clear_sessions(session: Session) -> int:
    """How many went: what a session was is in the history, and a token of one that is gone opens as little."""
    at = now()
    return _clear(session, AccountSession.id, or_(AccountSession.ended_at <= at, AccountSession.expires_at <= at))


def clear_history(session: Session, until: datetime) -> int:
    """How many entries went."""
    return _clear(session, HistoryEntry.id, HistoryEntry.happened_at < until)


def _clear(session: Session, key: InstrumentedAttribute[int], which: Any) -> int:
    """Passes over what someone else holds: it is there the next time."""
    old = select(key).where(which).limit(MOST_AT_ONCE).with_for_update(skip_locked=True)
    gone: Sequence[int] = session.scalars(delete(key.class_).where(key.in_(old)).returning(key)).all()
    return len(gone)
