"""Whose turn it is, where only a few may work at once and more come than can be served."""

import itertools
import threading
import time
from bisect import insort
from collections import Counter, deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from services.identity.errors.throttling import TooBusy

PATIENCE_SECONDS = 5.0
LATELY_SECONDS = 10.0
OFTEN = 10
"""Who came more often than this is a crowd like any other, or the many people of one house: among them, who came first
goes first."""


@dataclass(order=True)
class _Place:
    rank: int
    number: int
    decided: threading.Event = field(default_factory=threading.Event, compare=False)
    served: bool = field(default=False, compare=False)


class _Arrivals:
    """How often each came within so many seconds."""

    def __init__(self, within: float) -> None:
        self._within = within
        self._times: deque[tuple[float, str]] = deque()
        self._count: Counter[str] = Counter()

    def note(self, keys: Collection[str]) -> int:
        """How often they had come before, all together, up to OFTEN."""
        at = time.monotonic()
        while self._times and self._times[0][0] < at - self._within:
            self._count -= Counter([self._times.popleft()[1]])
        before = min(sum(self._count[key] for key in keys), OFTEN)
        self._times.extend((at, key) for key in keys)
        self._count.update(keys)
        return before


class AdmissionQueue:
    """`at_once` work at a time. `places` more wait: the lowest rank first, and among equals who came first. When all
    places are taken the last in this order is turned away, so that a crowd holds neither threads nor anyone else.

    Whoever comes again and again stands behind those who come for the first time, also when they were turned away:
    otherwise a crowd that never fails, since it is never looked at, would be as good as anyone."""

    def __init__(
        self,
        *,
        at_once: int,
        places: int,
        patience_seconds: float = PATIENCE_SECONDS,
        lately_seconds: float = LATELY_SECONDS,
    ) -> None:
        self._lock = threading.Lock()
        self._free = at_once
        self._places = places
        self._patience_seconds = patience_seconds
        self._waiting: list[_Place] = []
        self._numbers = itertools.count()
        self._arrivals = _Arrivals(lately_seconds)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @contextmanager
    def turn(self, rank: int = 0, keys: Collection[str] = ()) -> Iterator[None]:
        """`keys`: who it is, in one way or several. Raises TooBusy."""
        with self._lock:
            place = _Place(rank + self._arrivals.note(keys), next(self._numbers))
        self._wait_for(place)
        try:
            yield
        finally:
            self._pass_on()

    def _wait_for(self, place: _Place) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            insort(self._waiting, place)
            if len(self._waiting) > self._places:
                self._waiting.pop().decided.set()
        place.decided.wait(self._patience_seconds)
        with self._lock:
            if not place.served:
                self._waiting = [other for other in self._waiting if other is not place]
                raise TooBusy

    def _pass_on(self) -> None:
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            place = self._waiting.pop(0)
            place.served = True
            place.decided.set()
