"""What each person has just written, so that they read their own writes.

A service answers a write with the event that it recorded; the other services learn of that event a moment later. The
gateway sends it on with the writer's next calls, and the service called waits until it has arrived. For each writer
only the last event of each service is kept: a service's events arrive in order, so the last stands for the earlier.

The memory is that of one process, bounded, and forgets after 30 seconds: far longer than an event takes to arrive. What
is lost by forgetting, or by asking through another process, is only the wait: a person may then see the state of a
moment ago.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

FORGOTTEN_AFTER_SECONDS = 30.0
MOST_WRITERS = 10_000


class RecentWrites:
    """Safe to use from several threads. A writer is a person's subject, or the address of someone not signed in."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most_writers: int = MOST_WRITERS) -> None:
        self._clock = clock
        self._most_writers = most_writers
        self._lock = threading.Lock()
        self._written: OrderedDict[str, dict[str, tuple[str, float]]] = OrderedDict()

    def remember(self, writer: str, recorded: str) -> None:
        """`recorded` is a service's `Guichet-Recorded`, such as `structures:0190…`; anything else is passed over."""
        producer, separator, event_id = recorded.partition(":")
        if separator and producer and event_id:
            self._keep(writer, {producer: (event_id, self._clock())})

    def carry_over(self, stranger: str, writer: str) -> None:
        """Someone has signed in: what was written from their address a moment ago is now theirs."""
        with self._lock:
            written = dict(self._fresh(stranger))
        if written:
            self._keep(writer, written)

    def of(self, writer: str, *, seen_by: str) -> str:
        """The `Guichet-After` for a call to the service `seen_by`, which knows its own events; empty for nothing."""
        with self._lock:
            written = self._fresh(writer)
        return ", ".join(f"{producer}:{event_id}" for producer, (event_id, _) in written.items() if producer != seen_by)

    def _keep(self, writer: str, written: dict[str, tuple[str, float]]) -> None:
        with self._lock:
            self._written[writer] = {**self._fresh(writer), **written}
            self._written.move_to_end(writer)
            while len(self._written) > self._most_writers:
                self._written.popitem(last=False)

    def _fresh(self, writer: str) -> dict[str, tuple[str, float]]:
        oldest = self._clock() - FORGOTTEN_AFTER_SECONDS
        fresh = {producer: kept for producer, kept in self._written.get(writer, {}).items() if kept[1] >= oldest}
        if not fresh:
            self._written.pop(writer, None)
        return fresh
