"""Erasure of a person from the service's own log and from its parked events.

Rows, ids and positions stay, so that feeds have no holes and read models can be rebuilt from them; personal texts
become empty, as their contracts allow. The service's own tables are erased by the service.
"""

from sqlalchemy import ColumnElement, String, and_, cast, or_, select
from sqlalchemy.orm import Session

from chassis.events import contracts
from chassis.events.erased_subjects import ErasedSubjectRow
from chassis.events.inbox import ParkedRow
from chassis.events.outbox import OutboxRow
from chassis.ground.clock import now
from chassis.storage.database import insert_missing


def erase_subject(session: Session, subject: int) -> None:
    """Erase the personal texts of a subject, here and in every event still to arrive. Can be repeated."""
    insert_missing(session, ErasedSubjectRow, [{"subject": subject, "forgotten_at": now()}], ErasedSubjectRow.subject)
    for row in session.scalars(select(OutboxRow).where(_concerns(subject)).with_for_update()):
        row.payload = contracts.redacted(row.name, row.payload, {subject})
    # Locked, so that a replay under way ends first, and none begins with the unredacted text.
    for parked in session.scalars(select(ParkedRow).with_for_update()):
        name, payload = parked.event["name"], parked.event["payload"]
        parked.event = {**parked.event, "payload": contracts.redacted(name, payload, {subject})}


def _concerns(subject: int) -> ColumnElement[bool]:
    """Return the condition that an event has personal texts of the subject.

    Numbers are compared as text: the one form of a JSON number that both databases return alike.
    """
    return or_(
        *(
            and_(OutboxRow.name == name, cast(OutboxRow.payload[owner].as_string(), String) == str(subject))
            for name in sorted(contracts.event_names())
            for owner in sorted(contracts.owners(name))
        )
    )
