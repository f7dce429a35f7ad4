"""Erased subjects: the account numbers, now anonymous, of people whose account is erased.

Events of several producers come in no order between them, and a parked one may be replayed after years. The personal
texts of erased subjects are removed before any handler sees them (the rest is in chassis/events/erasure.py).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.events import contracts
from chassis.events.outbox import ChassisBase, Event
from chassis.storage.column_types import BigId


class ErasedSubjectRow(ChassisBase):
    __tablename__ = "forgotten"

    subject: Mapped[BigId] = mapped_column(primary_key=True, autoincrement=False)
    """Account number to which personal texts of events refer (`x-personal-of` in their contract)."""
    forgotten_at: Mapped[datetime]


def redact_erased(session: Session, events: Sequence[Event]) -> list[Event]:
    """Return the events without personal texts of people who are erased here."""
    subjects = {subject for event in events for subject in contracts.subjects(event.name, event.payload)}
    erased = _erased(session, subjects) if subjects else frozenset()
    return [_redacted(event, erased) for event in events] if erased else list(events)


def _erased(session: Session, subjects: Collection[int]) -> frozenset[int]:
    return frozenset(session.scalars(select(ErasedSubjectRow.subject).where(ErasedSubjectRow.subject.in_(subjects))))


def _redacted(event: Event, erased: Collection[int]) -> Event:
    return replace(event, payload=contracts.redacted(event.name, event.payload, erased))
