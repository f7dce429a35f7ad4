"""The worker's loop that clears away what has had its time."""

from datetime import timedelta

import structlog

from chassis.ground.clock import now
from chassis.ground.loops import Loop
from chassis.storage.database import Database
from services.identity import use_cases

log = structlog.get_logger()


class Clearing(Loop):
    name = "clearing"
    idle_seconds = 600.0

    def __init__(self, database: Database, history_kept: timedelta) -> None:
        self._database = database
        self._history_kept = history_kept

    def run_once(self) -> bool:
        """A bounded part at a time, as long as there is some."""
        with self._database.writing() as session:
            sessions = use_cases.clear_sessions(session)
        with self._database.writing() as session:
            entries = use_cases.clear_history(session, now() - self._history_kept)
        if sessions or entries:
            log.info("cleared away", sessions=sessions, history_entries=entries)
        return bool(sessions or entries)
