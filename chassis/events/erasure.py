"""Forgetting a person: what the service's own log, and the events that it keeps for an operator, tell of them.

Rows, ids and positions stay, so that feeds have no holes and copies can be made again from them; the personal texts in
them become empty, as their contracts allow. The service's own tables are its own business.
"""

from sqlalchemy import ColumnElement, String, and_, cast, or_, select
from sqlalchemy.orm import Session

from chassis.events import contracts
from chassis.events.erased_subjects import ErasedSubjectRow
from chassis.events.inbox import ParkedRow
from chassis.events.outbox import OutboxRow
from chassis.storage.database import insert_missing, now


def erase_subject(session: Session, subject: int) -> None:
    """Also what is still to arrive: from now on every event is redacted before it is applied. Can be done twice."""
    insert_missing(session, ErasedSubjectRow, [{"subject": subject, "forgotten_at": now()}], ErasedSubjectRow.subject)
    for row in session.scalars(select(OutboxRow).where(_concerns(subject)).with_for_update()):
        row.payload = contracts.redacted(row.name, row.payload, {subject})
    for parked in session.scalars(select(ParkedRow).with_for_update()):
        name, payload = parked.event["name"], parked.event["payload"]
        parked.event = {**parked.event, "payload": contracts.redacted(name, payload, {subject})}


def _concerns(subject: int) -> ColumnElement[bool]:
    """Compared as text: the one form in which both databases give a number out of JSON alike."""
    return or_(
        *(
            and_(OutboxRow.name == name, cast(OutboxRow.payload[owner].as_string(), String) == str(subject))
            for name in sorted(contracts.event_names())
            for owner in sorted(contracts.owners(name))
        )
    )
