"""Loop of the worker that forgets received events of long ago, a few in each transaction."""

from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import takewhile

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.events.inbox import ParkedRow
from chassis.events.received import FollowedRow, InboxRow, lock_producer
from chassis.ground.clock import now
from chassis.ground.loops import Loop
from chassis.storage.database import Database

STEP = 200
"""Rows deleted in one transaction: on SQLite, nobody else can write meanwhile."""

log = structlog.get_logger()


class InboxPruner(Loop):
    """Pruner of the inbox below the position up to which each producer was followed, and of parked events.

    Parked events that read models are made of stay: a rebuild must know that they were never applied.
    """

    name = "inbox pruner"
    idle_seconds = 60.0

    def __init__(self, database: Database, retention_days: int, rebuilt: Collection[str]) -> None:
        """Take the names of the events that read models are made of."""
        self._database = database
        self._retention = timedelta(days=retention_days)
        self._rebuilt = rebuilt

    def run_once(self) -> bool:
        before = now() - self._retention
        with self._database.reading() as session:
            producers = list(session.scalars(select(FollowedRow.producer).order_by(FollowedRow.producer)))
        pruned = [self._prune_received(producer, before) for producer in producers]
        return any([*pruned, self._prune_parked(before)])

    def _prune_received(self, producer: str, before: datetime) -> bool:
        # Mostly there is none, and reading first keeps the one write lock of SQLite free for others.
        with self._database.reading() as session:
            if not _old_positions(session, producer, before):
                return False
        with self._database.writing() as session:
            followed = lock_producer(session, producer)
            positions = _old_positions(session, producer, before)
            followed.pruned_up_to = max([followed.pruned_up_to, *positions])
            up_to = InboxRow.position <= followed.pruned_up_to
            session.execute(delete(InboxRow).where(InboxRow.producer == producer, up_to))
        log.info("received events pruned", producer=producer, count=len(positions))
        return True

    def _prune_parked(self, before: datetime) -> bool:
        old = select(ParkedRow).where(ParkedRow.parked_at < before).order_by(ParkedRow.parked_at)
        with self._database.reading() as session:
            ids = [row.event_id for row in session.scalars(old) if row.event["name"] not in self._rebuilt][:STEP]
        if ids:
            with self._database.writing() as session:
                session.execute(delete(ParkedRow).where(ParkedRow.event_id.in_(ids)))
            log.warning("parked events pruned", count=len(ids))
        return bool(ids)


def _old_positions(session: Session, producer: str, before: datetime) -> list[int]:
    """Return the first positions that are old, without a gap, and without the last: it is named to the producer."""
    followed = session.scalar(select(FollowedRow.position).where(FollowedRow.producer == producer)) or 0
    chosen = (InboxRow.producer == producer, InboxRow.position < followed)
    first = select(InboxRow.position, InboxRow.received_at).where(*chosen).order_by(InboxRow.position).limit(STEP)
    return [row.position for row in takewhile(lambda row: row.received_at < before, session.execute(first))]
