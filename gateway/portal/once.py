"""What can be done once is done once, though it is asked twice in the same instant: by two pages, or a double click.

A refresh token is good for one use, and a second use ends the session, as if by a thief; a second step and a passkey's
answer are good for one use too; and a password would open a session for each click. So whoever comes second waits for
the answer that the first one gets, and is given the same. Identity answers a refresh twice too, but only for seconds,
and the browser has the new token only once a page is there, which may be slow.
"""

import hashlib
import json
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

KEPT_SECONDS = 60.0
MOST_ANSWERS = 10_000

Answer = TypeVar("Answer")


class Once:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._secret = secrets.token_bytes(32)
        self._answers: OrderedDict[bytes, tuple[float, Future[Any]]] = OrderedDict()

    def ask(self, act: Callable[[], Answer], *what: str) -> Answer:
        """What `act` answers, or raises; done once, however many wait for it. `what`: all that it depends on."""
        mine: Future[Answer] = Future()
        key = self._digest(what)
        with self._lock:
            self._forget_old()
            _, answer = self._answers.setdefault(key, (self._clock(), mine))
        if answer is mine:
            try:
                mine.set_result(act())
            except Exception as error:
                self._drop(key)
                mine.set_exception(error)
        given: Answer = answer.result()
        return given

    def _digest(self, what: tuple[str, ...]) -> bytes:
        """A password may be in it, which is not kept, nor what it could be guessed from."""
        return hashlib.blake2b(json.dumps(what).encode(), key=self._secret).digest()

    def _drop(self, key: bytes) -> None:
        """What did not work may be tried again."""
        with self._lock:
            self._answers.pop(key, None)

    def _forget_old(self) -> None:
        horizon = self._clock() - KEPT_SECONDS
        while self._answers:
            oldest = next(iter(self._answers))
            if self._answers[oldest][0] > horizon and len(self._answers) < MOST_ANSWERS:
                return
            del self._answers[oldest]
