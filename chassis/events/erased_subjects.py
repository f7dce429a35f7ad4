"""Who is forgotten: people whose account is erased, by its number, which stays as an anonymous one.

Events of several producers come in no order between them, and a parked one may be replayed after years. What they tell
of somebody who is forgotten is redacted before any handler sees it (chassis/events/erasure.py does the rest).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.events import contracts
from chassis.events.outbox import ChassisBase, Event
from chassis.storage.database import BigId


class ErasedSubjectRow(ChassisBase):
    __tablename__ = "forgotten"

    subject: Mapped[BigId] = mapped_column(primary_key=True, autoincrement=False)
    """The number that personal texts of events are of (`x-personal-of` in their contract)."""
    forgotten_at: Mapped[datetime]


def redact_erased(session: Session, events: Sequence[Event]) -> list[Event]:
    """The same events, without what they tell of people who are forgotten here."""
    subjects = {subject for event in events for subject in contracts.subjects(event.name, event.payload)}
    erased = _erased(session, subjects) if subjects else frozenset()
    return [_redacted(event, erased) for event in events] if erased else list(events)


def _erased(session: Session, subjects: Collection[int]) -> frozenset[int]:
    return frozenset(session.scalars(select(ErasedSubjectRow.subject).where(ErasedSubjectRow.subject.in_(subjects))))


def _redacted(event: Event, erased: Collection[int]) -> Event:
    return replace(event, payload=contracts.redacted(event.name, event.payload, erased))
