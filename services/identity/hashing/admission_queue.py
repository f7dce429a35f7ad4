"""Admission queue: few work at once, few more wait, and load beyond that is shed (A-11)."""

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
"""Upper bound of the arrivals that count for rank. A more frequent client is a crowd like any other, or the many people
of one house: among these, the order of arrival decides."""


@dataclass(order=True)
class _Place:
    rank: int
    number: int
    decided: threading.Event = field(default_factory=threading.Event, compare=False)
    served: bool = field(default=False, compare=False)


class _Arrivals:
    """Sliding count of arrivals for each key."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._times: deque[tuple[float, str]] = deque()
        self._count: Counter[str] = Counter()

    def note(self, keys: Collection[str]) -> int:
        """Count an arrival and return the number of earlier ones of all keys together, OFTEN at most."""
        at = time.monotonic()
        while self._times and self._times[0][0] < at - self._seconds:
            self._count -= Counter([self._times.popleft()[1]])
        before = min(sum(self._count[key] for key in keys), OFTEN)
        self._times.extend((at, key) for key in keys)
        self._count.update(keys)
        return before


class AdmissionQueue:
    """Queue in front of scarce work, ordered by rank, then by arrival.

    `at_once` requests work at a time and `places` more wait. When all places are taken, the last in order is rejected,
    so that a crowd holds neither threads nor other people.

    Rejected requests count as arrivals too. Otherwise an attacker, with no request ever reaching the hash, would
    keep a clean record and rank with first-time visitors.
    """

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
    def admission(self, rank: int = 0, keys: Collection[str] = ()) -> Iterator[None]:
        """Hold one of the `at_once` slots. Raise TooBusy when rejected, or after `patience_seconds`.

        `rank`: the lower, the sooner. `keys`: identifiers of the client, to recognise repeated arrivals.
        """
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
                # Perhaps the newcomer itself, if it is the last in order: it then waits no time at all.
                self._waiting.pop().decided.set()
        place.decided.wait(self._patience_seconds)
        with self._lock:
            # Looked at under the lock: a slot may be passed on in the very moment in which patience ends, and would
            # be lost for ever if both sides believed the other.
            if not place.served:
                self._waiting = [other for other in self._waiting if other is not place]
                raise TooBusy

    def _pass_on(self) -> None:
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            # The slot goes from hand to hand and is never free in between, so that no newcomer can overtake.
            place = self._waiting.pop(0)
            place.served = True
            place.decided.set()
