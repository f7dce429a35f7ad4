"""Request coalescing: work that must be done once is done once, though it is requested twice at the same moment.

A refresh token is good for one use, and a second use ends the session, as if by a thief. A second step and a passkey's
answer are good for one use too, and a password would open a session for each click. Two pages of one browser, or a
double click, send them twice. So the second request waits for the answer of the first and receives it too. Identity
answers a refresh twice as well, but only for seconds, and the browser holds the new token only after a page has
arrived, which may be slow.
"""

import hashlib
import json
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from flask import Flask, current_app

RETENTION_SECONDS = 60.0
MOST_ANSWERS = 10_000

_EXTENSION = "guichet.single_flight"

Answer = TypeVar("Answer")


class SingleFlight:
    """Answers of recent calls by key, in the memory of one process. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._secret = secrets.token_bytes(32)
        self._answers: OrderedDict[bytes, tuple[float, Future[Any]]] = OrderedDict()

    def run(self, call: Callable[[], Answer], *key: str) -> Answer:
        """Return or raise the outcome of `call`, made once for all threads with the same key.

        `key` holds all inputs of the call. A call that raises may be made again.
        """
        own: Future[Answer] = Future()
        digest = self._digest(key)
        with self._lock:
            self._drop_expired()
            _, answer = self._answers.setdefault(digest, (self._clock(), own))
        # Outside the lock: the call goes over the network, and only threads with the same key may wait for it.
        if answer is own:
            try:
                own.set_result(call())
            except Exception as error:
                # Dropped before the waiting threads wake, so that a new try does not meet the old failure.
                self._drop(digest)
                own.set_exception(error)
        return cast(Answer, answer.result())

    def _digest(self, key: tuple[str, ...]) -> bytes:
        # A key may hold a password: neither it, nor a hash that could be guessed from, stays in memory.
        return hashlib.blake2b(json.dumps(key).encode(), key=self._secret).digest()

    def _drop(self, digest: bytes) -> None:
        with self._lock:
            self._answers.pop(digest, None)

    def _drop_expired(self) -> None:
        horizon = self._clock() - RETENTION_SECONDS
        while self._answers:
            oldest = next(iter(self._answers))
            if self._answers[oldest][0] > horizon and len(self._answers) < MOST_ANSWERS:
                return
            del self._answers[oldest]


def install(app: Flask) -> None:
    app.extensions[_EXTENSION] = SingleFlight()


def run_once(call: Callable[[], Answer], *key: str) -> Answer:
    """Run `call` once in this gateway for all requests with the same key; see SingleFlight.run."""
    return cast(SingleFlight, current_app.extensions[_EXTENSION]).run(call, *key)
