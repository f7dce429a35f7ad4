"""Cleanup loop of the worker: ended sessions, devices of long ago and old history."""

from datetime import timedelta

import structlog

from chassis.ground.clock import now
from chassis.ground.loops import Loop
from chassis.storage.database import Database
from services.identity.use_cases import cleanup

log = structlog.get_logger()


class Cleanup(Loop):
    name = "clearing"
    idle_seconds = 600.0

    def __init__(self, database: Database, history_validity: timedelta) -> None:
        self._database = database
        self._history_validity = history_validity

    def run_once(self) -> bool:
        """Delete a bounded batch of each; return whether there may be more.

        A transaction each, so that no kind holds locks while another is deleted.
        """
        with self._database.writing() as session:
            sessions = cleanup.delete_ended_sessions(session)
        with self._database.writing() as session:
            devices = cleanup.delete_expired_devices(session)
        with self._database.writing() as session:
            entries = cleanup.delete_old_history(session, now() - self._history_validity)
        if sessions or devices or entries:
            log.info("cleared away", sessions=sessions, devices=devices, history_entries=entries)
        return bool(sessions or devices or entries)
