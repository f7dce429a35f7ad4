"""Recent writes of each person, for read-your-writes consistency.

A service answers a write with the event that it recorded; the event reaches the other services a moment later. The
gateway sends its id along with the writer's next calls, and the called service waits until the event has arrived. For
each writer only the last event of each service is remembered: a service's events arrive in order, so the last implies
the earlier ones.

The memory belongs to one process, is bounded, and drops an entry after 30 seconds: far longer than an event takes to
arrive. Only the wait is lost with an entry, or in another process: a person may then see the state of a moment ago.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

RETENTION_SECONDS = 30.0
MOST_WRITERS = 10_000


class RecentWrites:
    """Last events by writer: the subject of a token, or the IP address of a stranger. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most_writers: int = MOST_WRITERS) -> None:
        self._clock = clock
        self._most_writers = most_writers
        self._lock = threading.Lock()
        self._written: OrderedDict[str, dict[str, tuple[str, float]]] = OrderedDict()

    def remember(self, writer: str, recorded: str) -> None:
        """Remember a service's `Guichet-Recorded` header, such as `structures:0190…`; ignore a malformed one."""
        producer, separator, event_id = recorded.partition(":")
        if separator and producer and event_id:
            self._store(writer, {producer: (event_id, self._clock())})

    def carry_over(self, stranger: str, writer: str) -> None:
        """Copy the writes from an address to the person who has just signed in there."""
        with self._lock:
            written = dict(self._fresh(stranger))
        if written:
            self._store(writer, written)

    def of(self, writer: str, *, seen_by: str) -> str:
        """Return the `Guichet-After` header for a call to the service `seen_by`, or an empty string.

        The service's own events are left out: it has them already.
        """
        with self._lock:
            written = self._fresh(writer)
        return ", ".join(f"{producer}:{event_id}" for producer, (event_id, _) in written.items() if producer != seen_by)

    def _store(self, writer: str, written: dict[str, tuple[str, float]]) -> None:
        with self._lock:
            self._written[writer] = {**self._fresh(writer), **written}
            # The least recent writer comes first, and is the first to be dropped.
            self._written.move_to_end(writer)
            while len(self._written) > self._most_writers:
                self._written.popitem(last=False)

    # The caller holds the lock: an entry is dropped here.
    def _fresh(self, writer: str) -> dict[str, tuple[str, float]]:
        oldest = self._clock() - RETENTION_SECONDS
        written = self._written.get(writer, {})
        fresh = {producer: event for producer, event in written.items() if event[1] >= oldest}
        if not fresh:
            self._written.pop(writer, None)
        return fresh
