"""Hasher: Argon2id hashes, made and compared."""

import threading

from argon2 import PasswordHasher

from services.identity.hashing.hasher import Hasher
from tests.kit.together import together


def a_hasher() -> Hasher:
    return Hasher(PasswordHasher(1, 64, 1), at_once=2)


class Crowded(PasswordHasher):
    """Counts how many are inside at the same time."""

    def __init__(self) -> None:
        super().__init__(1, 64, 1)
        self.inside, self.most = 0, 0
        self._lock = threading.Lock()
        self._full = threading.Event()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self._full.wait(0.02)
        with self._lock:
            self.inside -= 1
        return super().hash(password, salt=salt)


def test_a_password_is_kept_as_an_argon2id_hash_with_the_parameters_set() -> None:
    hasher = Hasher(PasswordHasher(2, 128, 1), at_once=1)

    stored = hasher.hash("a password to keep")

    assert stored.startswith("$argon2id$v=19$m=128,t=2,p=1$")
    assert hasher.matches(stored, "a password to keep")
    assert not hasher.matches(stored, "another password")


def test_a_hash_is_renewed_when_it_was_made_with_other_parameters() -> None:
    yesterday, today = Hasher(PasswordHasher(1, 64, 1), at_once=1), Hasher(PasswordHasher(2, 128, 1), at_once=1)
    stored = yesterday.hash("a password to keep")

    renewed = today.refreshed(stored, "a password to keep")

    assert str(renewed).startswith("$argon2id$v=19$m=128,t=2,p=1$")
    assert today.matches(renewed, "a password to keep")
    assert today.refreshed(str(renewed), "a password to keep") is None


def test_nothing_stored_matches_nothing() -> None:
    assert not a_hasher().matches(None, "a password to keep")


def test_no_more_hashes_are_made_at_once_than_set() -> None:
    argon2 = Crowded()
    hasher = Hasher(argon2, at_once=2)

    together(*[lambda: hasher.hash("x")] * 6)

    assert argon2.most == 2
