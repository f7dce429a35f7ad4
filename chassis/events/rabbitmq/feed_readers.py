"""Feeds read beside the queue: each in a thread of its own, so that a slow or silent producer holds up no other."""

import time
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor, wait

import structlog

from chassis.calls.internal_client import RemoteRefusal
from chassis.events.feed import LogDiverged
from chassis.events.inbox import Inbox
from chassis.events.transport import DIVERGED_SECONDS
from chassis.ground.problems import Unavailable

CATCH_UP_SECONDS = 5.0
"""Silence of a producer after which its feed is read."""
PATIENCE_SECONDS = 1.0
"""Time that the queue's messages wait for a feed that was just asked."""

log = structlog.get_logger()


class FeedReaders:
    """Readers of the feeds of the producers that a service follows. For one thread."""

    def __init__(self, inbox: Inbox, producers: Collection[str]) -> None:
        self._inbox = inbox
        self._due = dict.fromkeys(sorted(producers), float("inf"))
        """Time to read each producer's feed, unless an event of it arrives before."""
        self._reading: dict[str, Future[float]] = {}
        self._diverged: set[str] = set()
        self._executor = ThreadPoolExecutor(len(producers), "feed reader")

    def leaves_to_queue(self, producer: str) -> bool:
        """Return whether events of a producer are taken from the queue; else its feed brings them, or nothing does."""
        return producer not in self._reading and producer not in self._diverged

    def read_within(self, producers: Collection[str], seconds: float) -> None:
        """Read the feeds of producers after that time. An event that arrives before may put it off."""
        self._due.update(dict.fromkeys(producers, time.monotonic() + seconds))

    def run_once(self) -> None:
        """Begin to read the feeds whose time has come, and wait a moment for them. Raises what went wrong here."""
        due = [name for name, moment in self._due.items() if time.monotonic() >= moment and name not in self._reading]
        self._reading |= {name: self._executor.submit(self._read, name) for name in due}
        wait([self._reading[name] for name in due], PATIENCE_SECONDS)
        for name in [name for name, reading in self._reading.items() if reading.done()]:
            # Put off in any case: what went wrong is raised, and tried again like every silence.
            self.read_within([name], CATCH_UP_SECONDS)
            self.read_within([name], self._reading.pop(name).result())

    def close(self) -> None:
        """End without waiting for a producer that hangs."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _read(self, producer: str) -> float:
        """Read a feed to its end, and return after how many seconds to look again."""
        try:
            while self._inbox.catch_up(producer):
                log.warning("events came from the feed instead of the broker", producer=producer)
        except LogDiverged:
            self._diverged.add(producer)
            return DIVERGED_SECONDS
        except (Unavailable, RemoteRefusal) as fault:
            log.warning("feed does not answer", producer=producer, reason=type(fault.__cause__ or fault).__name__)
            return CATCH_UP_SECONDS
        self._diverged.discard(producer)
        return CATCH_UP_SECONDS
