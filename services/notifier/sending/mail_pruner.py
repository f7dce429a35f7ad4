"""Loop of the worker that deletes mails which were settled long ago, a few in each transaction."""

from datetime import timedelta

import structlog

from chassis.ground.clock import now
from chassis.ground.loops import Loop
from chassis.storage.database import Database
from services.notifier.queries import mails
from services.notifier.settings import Settings

STEP = 200
"""Mails deleted in one transaction: on SQLite, nobody else can write meanwhile."""

log = structlog.get_logger()


class MailPruner(Loop):
    name = "mail pruner"
    idle_seconds = 60.0

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._retention = timedelta(days=settings.mail_retention_days)

    def run_once(self) -> bool:
        before = now() - self._retention
        # Mostly there is none, and reading first keeps the one write lock of SQLite free for others.
        with self._database.reading() as session:
            if not mails.settled_before(session, before, most=1):
                return False
        with self._database.writing() as session:
            settled = mails.settled_before(session, before, most=STEP, for_update=True)
            for mail in settled:
                session.delete(mail)  # and its tries
        log.info("mails pruned", count=len(settled))
        return bool(settled)
