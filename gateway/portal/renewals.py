"""One renewal of a session at a time, though two of its pages ask for it in the same instant.

A refresh token is good for one use, and a second use ends the session, as if by a thief. So the second page waits
for the answer that the first one gets, and is given the same. Identity answers twice too, but only for seconds, and the
browser has the new token only once a page is there, which may be slow.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from gateway.clients.answers import Session

KEPT_SECONDS = 60.0
MOST_RENEWALS = 10_000


class Renewals:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._renewals: OrderedDict[str, tuple[float, Future[Session]]] = OrderedDict()

    def renew(self, refresh_token: str, ask: Callable[[str], Session]) -> Session:
        """What `ask` answers, or raises, for this token; asked once, however many wait for it."""
        mine: Future[Session] = Future()
        with self._lock:
            self._forget_old()
            _, renewal = self._renewals.setdefault(refresh_token, (self._clock(), mine))
        if renewal is mine:
            try:
                mine.set_result(ask(refresh_token))
            except Exception as error:
                self._drop(refresh_token)
                mine.set_exception(error)
        return renewal.result()

    def _drop(self, refresh_token: str) -> None:
        """What did not work may be tried again."""
        with self._lock:
            self._renewals.pop(refresh_token, None)

    def _forget_old(self) -> None:
        horizon = self._clock() - KEPT_SECONDS
        while self._renewals:
            oldest = next(iter(self._renewals))
            if self._renewals[oldest][0] > horizon and len(self._renewals) < MOST_RENEWALS:
                return
            del self._renewals[oldest]
