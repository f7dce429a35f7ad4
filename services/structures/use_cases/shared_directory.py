"""Directory that several processes share: its quota is divided, and its answers are kept for minutes (S-05).

A look-up is for a form, and leaves a reserve of the quota to creations: else whoever looks up much would keep the
SIRETs of others from being verified.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete

from chassis.ground.clock import now
from chassis.storage.database import Database, insert_into
from services.structures.directory.port import Directory, Establishment
from services.structures.errors.directory import DirectoryUnavailable
from services.structures.models.directory_calls import DirectoryAnswer, DirectoryMinute

ANSWER_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class Quota:
    calls_a_minute: int

    @property
    def for_look_ups(self) -> int:
        """Return how many of the calls are for look-ups; the rest is the reserve of creations."""
        return self.calls_a_minute - self.calls_a_minute // 3


class SharedDirectory:
    def __init__(self, directory: Directory, database: Database, quota: Quota, *, is_creation: bool = False) -> None:
        self._directory = directory
        self._database = database
        self._most = quota.calls_a_minute if is_creation else quota.for_look_ups

    def find(self, siret: str) -> Establishment | None:
        """Return the entry, of the last minutes or asked for now. Raises DirectoryUnavailable beyond the share, too."""
        with self._database.reading() as session:
            answer = session.get(DirectoryAnswer, siret)
        if answer and answer.kept_until > now():
            return answer.read()
        self._take_call()
        # No transaction is open meanwhile: the directory may take seconds.
        establishment = self._directory.find(siret)
        with self._database.writing() as session:
            session.execute(delete(DirectoryAnswer).where(DirectoryAnswer.kept_until <= now()))
            session.merge(DirectoryAnswer.of(siret, establishment, now() + ANSWER_LIFETIME))
        return establishment

    def _take_call(self) -> None:
        minute = int(now().timestamp()) // 60
        with self._database.writing() as session:
            session.execute(delete(DirectoryMinute).where(DirectoryMinute.minute < minute))
            counted = insert_into(session, DirectoryMinute).values(minute=minute, number=1)
            counted = counted.on_conflict_do_update(
                index_elements=[DirectoryMinute.minute], set_={"number": DirectoryMinute.number + 1}
            )
            number = session.scalar(counted.returning(DirectoryMinute.number)) or 0
            if number > self._most:
                # The transaction is taken back: a call that is not made does not count.
                raise DirectoryUnavailable
