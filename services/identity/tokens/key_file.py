"""The file of signing keys: read again when it changes, so that a rotation needs no restart."""

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from joserfc.jwk import KeySet, OKPKey

from services.identity.tokens.signing_keys import SigningKeys

log = structlog.get_logger()

Looks = tuple[int, int, int] | None
"""By which a change is seen."""


class KeysInUse:
    """The signing keys of a process: for what it signs, publishes and, as a KeySource, verifies."""

    def __init__(self, jwk_set: str, file: Path | None) -> None:
        """`file`: where `jwk_set` stands; None: nowhere, so that it never changes."""
        self._keys = SigningKeys(jwk_set)
        self._file = file
        self._seen = _looks(file) if file else None
        self._lock = threading.Lock()

    @property
    def signing(self) -> OKPKey:
        return self._now().signing

    def jwks(self) -> dict[str, Any]:
        return self._now().jwks()

    def find(self, key_id: str | None) -> KeySet:
        return self._now().public

    def _now(self) -> SigningKeys:
        if self._file is not None and _looks(self._file) != self._seen:
            with self._lock:
                self._read(self._file)
        return self._keys

    def _read(self, file: Path) -> None:
        """What cannot be used, perhaps because it is just being written, changes nothing; it is read again once it has
        changed again."""
        looks = _looks(file)
        if looks == self._seen:
            return
        try:
            self._keys = SigningKeys(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            log.error("signing keys not taken over: those before stay in use", reason=str(error))
        else:
            log.info("signing keys taken over", key_ids=[one.name for one in self._keys.all])
        self._seen = looks


def rewrite(file: Path, change: Callable[[str], str]) -> str:
    """Replaces the text of a file by what `change` makes of it; raises OSError where it cannot be written.

    In place, for a container that has the file mounted would go on seeing the one that was replaced. Of two at once,
    one waits for the other.
    """
    descriptor = os.open(file, os.O_RDWR)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        text = change(opened.read())
        os.pwrite(descriptor, text.encode("utf-8"), 0)
        os.ftruncate(descriptor, len(text.encode("utf-8")))
        os.fsync(descriptor)
    return text


def _looks(file: Path) -> Looks:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
