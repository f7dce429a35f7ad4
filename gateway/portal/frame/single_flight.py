"""Request coalescing: work that must be done once is done once, though it is requested twice at the same moment.

A refresh token is good for one use, and a second use ends the session, as if by a thief. A second step, a passkey's
answer, a captcha and a mailed link are good for one use too, and a password would open a session for each click. Two
pages of one browser, or a double click, send them twice. So the second request waits for the answer of the first and
receives it too. Identity answers a refresh twice as well, but only for seconds, and the browser holds the new token
only after a page has arrived, which may be slow. A remembered answer dies with what it rested on: where that can
change meanwhile, `stands` says whether it has.
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

    def run(self, call: Callable[[], Answer], *key: str, stands: Callable[[Answer], bool] = lambda _: True) -> Answer:
        """Return or raise the outcome of `call`, made once for all threads with the same key.

        `key` holds all inputs of the call. A call that raises may be made again, and so may one whose remembered answer
        does not stand any more.
        """
        digest = self._digest(key)
        remembered = self._remembered(digest)
        if remembered is not None and not stands(remembered.result()):
            self._drop(digest, remembered)
        own: Future[Answer] = Future()
        with self._lock:
            self._drop_expired()
            _, answer = self._answers.setdefault(digest, (self._clock(), own))
        # Outside the lock: the call goes over the network, and only threads with the same key may wait for it.
        if answer is own:
            try:
                own.set_result(call())
            except Exception as error:
                # Dropped before the waiting threads wake, so that a new try does not meet the old failure.
                self._drop(digest, own)
                own.set_exception(error)
        return cast(Answer, answer.result())

    def take(self, *key: str) -> Any:
        """Return the remembered answer of an earlier call, and forget it; None if there is none, or not yet."""
        digest = self._digest(key)
        remembered = self._remembered(digest)
        if remembered is None:
            return None
        self._drop(digest, remembered)
        return remembered.result()

    def _remembered(self, digest: bytes) -> Future[Any] | None:
        """Return an answer that is there; one that is still under way rests on nothing that could have changed."""
        with self._lock:
            self._drop_expired()
            _, answer = self._answers.get(digest, (0.0, None))
        return answer if answer is not None and answer.done() and answer.exception() is None else None

    def _digest(self, key: tuple[str, ...]) -> bytes:
        # A key may hold a password: neither it, nor a hash that could be guessed from, stays in memory.
        return hashlib.blake2b(json.dumps(key).encode(), key=self._secret).digest()

    def _drop(self, digest: bytes, answer: Future[Any]) -> None:
        with self._lock:
            # Another thread may have dropped it, and made the call again.
            if self._answers.get(digest, (0.0, None))[1] is answer:
                del self._answers[digest]

    def _drop_expired(self) -> None:
        horizon = self._clock() - RETENTION_SECONDS
        while self._answers:
            oldest = next(iter(self._answers))
            if self._answers[oldest][0] > horizon and len(self._answers) < MOST_ANSWERS:
                return
            del self._answers[oldest]


def install(app: Flask) -> None:
    app.extensions[_EXTENSION] = SingleFlight()


def run_once(call: Callable[[], Answer], *key: str, stands: Callable[[Answer], bool] = lambda _: True) -> Answer:
    """Run `call` once in this gateway for all requests with the same key; see SingleFlight.run."""
    return _of_this_process().run(call, *key, stands=stands)


def take(*key: str) -> Any:
    """Return and forget the answer of an earlier call with this key; see SingleFlight.take."""
    return _of_this_process().take(*key)


def _of_this_process() -> SingleFlight:
    return cast(SingleFlight, current_app.extensions[_EXTENSION])
