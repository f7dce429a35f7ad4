"""Bulkhead: a service that hangs holds its share of the gateway's threads, and no more."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONGEST_WAIT_SECONDS = 1.0
HANGING_AFTER_SECONDS = 2.0


class BulkheadFull(Exception):
    """Refusal of a request that would have to wait: its service has its share already."""


class Bulkhead:
    """Places for the requests to one service. Thread-safe.

    While the service answers, a request waits a moment for a place. Once the oldest request under way has waited for
    long, the service hangs: whoever comes then is refused at once.
    """

    def __init__(self, places: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._places = threading.Semaphore(places)
        self._clock = clock
        self._begun: dict[object, float] = {}
        """Beginning of each request under way, oldest first."""
        self._lock = threading.Lock()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place. Raises BulkheadFull."""
        if not self._places.acquire(blocking=False) and (
            self._is_hanging() or not self._places.acquire(timeout=LONGEST_WAIT_SECONDS)
        ):
            raise BulkheadFull
        request = object()
        with self._lock:
            self._begun[request] = self._clock()
        try:
            yield
        finally:
            with self._lock:
                del self._begun[request]
            self._places.release()

    def _is_hanging(self) -> bool:
        with self._lock:
            oldest = next(iter(self._begun.values()), self._clock())
        return self._clock() - oldest > HANGING_AFTER_SECONDS
