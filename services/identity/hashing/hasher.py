"""Passwords and secret answers: what is accepted (A-08, A-09), and how it is kept."""

import secrets
from collections.abc import Collection

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from services.identity.hashing.admission_queue import AdmissionQueue
from services.identity.hashing.low_priority import LowPriorityThreads
from services.identity.throttling.response_padding import ResponsePadding


class Hasher:
    """Argon2id, a bounded number at a time: each takes memory and a processor for its while. Raises TooBusy when more
    wait than there are `places` for, to whoever has the highest `rank` (A-11): see Turns."""

    def __init__(self, argon2: PasswordHasher, *, at_once: int, places: int = 8) -> None:
        self._argon2 = argon2
        self._turns = AdmissionQueue(at_once=at_once, places=places)
        self._pace = ResponsePadding()
        self._background = LowPriorityThreads(at_once)
        self._decoy = argon2.hash(secrets.token_urlsafe())

    def hash(self, text: str) -> str:
        with self._turns.turn():
            return self._background.run(self._argon2.hash, text)

    def matches(self, stored: str | None, text: str, rank: int = 0, keys: Collection[str] = ()) -> bool:
        """Takes the same time with nothing stored as with a wrong `text` (A-10)."""
        with self._turns.turn(rank, keys):
            return self._verify(stored or self._decoy, text) and stored is not None

    def pretend(self, _stored: str | None, text: str, rank: int = 0, keys: Collection[str] = ()) -> bool:
        """False, when `matches` would say so, but without its work: for what must not even be looked at (A-11)."""
        with self._turns.turn(rank, keys):
            if self._pace.is_known():
                self._pace.keep()
            else:
                self._verify(self._decoy, text)
        return False

    def _verify(self, stored: str, text: str) -> bool:
        with self._pace.measured():
            try:
                return self._background.run(self._argon2.verify, stored, text)
            except VerifyMismatchError:
                return False

    def refreshed(self, stored: str | None, text: str) -> str | None:
        """A new hash of what `stored` is the hash of, if that was made with other parameters than those set today."""
        return self.hash(text) if stored and self._argon2.check_needs_rehash(stored) else None
