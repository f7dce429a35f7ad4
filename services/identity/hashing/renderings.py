"""Renderings of captchas: once for each, few at a time, and apart from the threads that serve people (A-03, A-11)."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from services.identity.hashing.admission_queue import AdmissionQueue
from services.identity.hashing.low_priority import LowPriorityThreads

AT_ONCE, PLACES = 1, 6
MOST_KEPT = 100
"""Renderings in memory; one has 100 kB at most."""


class Renderings:
    def __init__(self) -> None:
        self._queue = AdmissionQueue(at_once=AT_ONCE, places=PLACES)
        self._threads = LowPriorityThreads(AT_ONCE)
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()

    @property
    def waiting(self) -> int:
        return self._queue.waiting

    def once(self, key: Hashable, render: Callable[[], bytes], client: str) -> bytes:
        """Return the rendering of `key`, made by `render` if there is none yet. Raise TooBusy.

        The same one again: out of many renderings of one captcha, a program would average what disturbs it.
        `client`: whoever asks more often than others waits behind them.
        """
        with self._queue.admission(keys=[client]):
            # Looked for inside: of two requests at once, the second finds what the first has rendered.
            return self._of(key) or self._keep(key, self._threads.run(render))

    def _of(self, key: Hashable) -> bytes | None:
        with self._lock:
            return self._kept.get(key)

    def _keep(self, key: Hashable, rendered: bytes) -> bytes:
        with self._lock:
            self._kept[key] = rendered
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return rendered
