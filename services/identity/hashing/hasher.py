"""Hasher of passwords and secret answers: Argon2id, with bounded load and even duration (A-08, A-10, A-11)."""

import secrets
from collections.abc import Collection

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from services.identity.hashing.admission_queue import AdmissionQueue
from services.identity.hashing.low_priority import LowPriorityThreads
from services.identity.throttling.response_padding import ResponsePadding


class Hasher:
    """Argon2id, `at_once` hashes at a time: each takes memory and a processor while it lasts.

    Every method may raise TooBusy when more than `places` others wait; `rank` and `keys` as in AdmissionQueue.
    """

    def __init__(self, argon2: PasswordHasher, *, at_once: int, places: int = 8) -> None:
        self._argon2 = argon2
        self._queue = AdmissionQueue(at_once=at_once, places=places)
        self._padding = ResponsePadding()
        self._threads = LowPriorityThreads(at_once)
        # Random and thrown away: verified where no hash is stored, so that an unknown address takes as long.
        self._decoy = argon2.hash(secrets.token_urlsafe())

    def hash(self, text: str) -> str:
        with self._queue.admission():
            return self._threads.run(self._argon2.hash, text)

    def matches(self, stored: str | None, text: str, rank: int = 0, keys: Collection[str] = ()) -> bool:
        """Compare `text` with a stored hash; None takes the time of a wrong `text` (A-10)."""
        with self._queue.admission(rank, keys):
            return self._verify(stored or self._decoy, text) and stored is not None

    def pretend(self, _stored: str | None, text: str, rank: int = 0, keys: Collection[str] = ()) -> bool:
        """Return False after the time of `matches`, without its work: for a password that must not be compared (A-11).

        Takes the parameters of `matches`, and its place while sign-in is locked.
        """
        with self._queue.admission(rank, keys):
            if self._padding.is_recent():
                self._padding.imitate()
            else:
                # No recent duration to imitate: a real hash makes one, and lasts as long as it should anyway.
                self._verify(self._decoy, text)
        return False

    def _verify(self, stored: str, text: str) -> bool:
        with self._padding.measured():
            try:
                return self._threads.run(self._argon2.verify, stored, text)
            except VerifyMismatchError:
                return False

    def refreshed(self, stored: str | None, text: str) -> str | None:
        """Return a new hash of `text` if `stored` was made with other parameters than those set today, else None."""
        return self.hash(text) if stored and self._argon2.check_needs_rehash(stored) else None
