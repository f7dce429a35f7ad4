"""Signing keys in a file: read again when it changes, so that a rotation needs no restart."""

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path

import structlog
from joserfc.jwk import KeySet, OKPKey

from services.identity.tokens.signing_keys import Jwk, SigningKeys

log = structlog.get_logger()

FileState = tuple[int, int, int] | None
"""Inode, time of modification and size, to notice a change; None for a file that cannot be read."""


class KeysInUse:
    """Signing keys of a process, for tokens that it signs, publishes and, as a KeySource, verifies."""

    def __init__(self, jwk_set: str, file: Path | None) -> None:
        """`file`: the one that holds `jwk_set`; None for keys that never change."""
        self._keys = SigningKeys(jwk_set)
        self._file = file
        self._seen = _state_of(file) if file else None
        self._lock = threading.Lock()

    @property
    def signing(self) -> OKPKey:
        return self._now().signing

    def jwks(self) -> dict[str, list[Jwk]]:
        return self._now().jwks()

    def find(self, key_id: str | None) -> KeySet:
        return self._now().public

    def _now(self) -> SigningKeys:
        # Compared without the lock first: every request passes here, and almost none of them has to read the file.
        if self._file is not None and _state_of(self._file) != self._seen:
            with self._lock:
                self._read(self._file)
        return self._keys

    def _read(self, file: Path) -> None:
        """Take over the keys of `file`, unless they cannot be used, perhaps because it is just being written.

        Such a file is read again once it has changed again.
        """
        # The state from before reading: a change in the middle of it differs, and is read again.
        state = _state_of(file)
        if state == self._seen:
            return  # another thread has read it while this one waited for the lock
        try:
            self._keys = SigningKeys(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            log.error("signing keys not taken over: those before stay in use", reason=str(error))
        else:
            log.info("signing keys taken over", key_ids=[key.name for key in self._keys.all])
        self._seen = state


def rewrite(file: Path, change: Callable[[str], str]) -> str:
    """Replace the text of `file` by the result of `change`, and return it. Raise OSError if it cannot be written.

    The file is changed in place: a container that has it mounted would go on seeing a file that was replaced. Of two
    callers at once, one waits for the other.
    """
    descriptor = os.open(file, os.O_RDWR)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        text = change(opened.read())
        # Written first and cut after: a reader in between sees the new set with a rest behind it, which is no JSON and
        # is read again; cut first, it could see an empty file, and so a crash could leave one.
        os.pwrite(descriptor, text.encode("utf-8"), 0)
        os.ftruncate(descriptor, len(text.encode("utf-8")))
        os.fsync(descriptor)
    return text


def _state_of(file: Path) -> FileState:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
