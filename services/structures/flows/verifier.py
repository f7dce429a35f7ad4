"""Loop of the worker that verifies what was registered while the directory was silent (S-05)."""

from datetime import timedelta

import structlog

from chassis.ground.clock import now
from chassis.ground.loops import Loop
from chassis.storage.database import Database
from services.structures.directory.port import Directory
from services.structures.errors.directory import DirectoryUnavailable
from services.structures.use_cases import verification

AGAIN_AFTER_NO = timedelta(days=1)
"""A SIRET that the directory does not know may be too new for it."""

log = structlog.get_logger()


class Verifier(Loop):
    name = "verifier"
    idle_seconds = 60.0

    def __init__(self, database: Database, directory: Directory, *, admit_unknown: bool) -> None:
        """`admit_unknown`: in a sandbox, a SIRET that the directory does not know waits no longer."""
        self._database = database
        self._directory = directory
        self._admit_unknown = admit_unknown

    def run_once(self) -> bool:
        """Look up one SIRET; without an answer, wait as if there was no work."""
        with self._database.reading() as session:
            structure = verification.due(session, now())
        if structure is None:
            return False
        try:
            establishment = self._directory.find(structure.identifier)
        except DirectoryUnavailable:
            return False
        is_known = establishment is not None and establishment.is_active
        with self._database.writing() as session:
            if is_known or self._admit_unknown:
                verification.confirm(session, structure.id, establishment if is_known else None)
            else:
                verification.postpone(session, structure.id, now() + AGAIN_AFTER_NO)
                log.error("registered, but not in the directory", structure_id=structure.id)
        return True
