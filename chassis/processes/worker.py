"""Worker process of a service: its loops, each in a thread, until a signal stops them."""

import signal
import threading
import time
from collections.abc import Sequence

import structlog

from chassis.ground.loops import Loop, keep_running

STOP_SECONDS = 15
LOOK_SECONDS = 0.5
STUCK_SECONDS = 900
"""Limit for one step, longer than any that still works: a mail server may take ten minutes over one mail."""

log = structlog.get_logger()


class Stuck(Exception):
    """End of a loop, or a step of it that lasts too long: another process must take the place of this one."""


class Worker:
    def __init__(self, loops: Sequence[Loop], stuck_seconds: float = STUCK_SECONDS) -> None:
        self._stuck_seconds = stuck_seconds
        self._stop = threading.Event()
        self._beats = dict.fromkeys((loop.name for loop in loops), time.monotonic())
        # Daemons: a loop that is stuck must not keep the process from ending.
        self._threads = [
            threading.Thread(target=self._keep_running, args=(loop,), name=loop.name, daemon=True) for loop in loops
        ]

    def is_live(self) -> bool:
        """Return whether every loop runs and began its current step within the limit."""
        oldest = min(self._beats.values(), default=time.monotonic())
        return all(thread.is_alive() for thread in self._threads) and time.monotonic() - oldest < self._stuck_seconds

    def _standing_still(self) -> dict[str, float]:
        """Return the seconds since the last beat of each loop."""
        return {name: round(time.monotonic() - beat, 1) for name, beat in self._beats.items()}

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; each loop finishes the step in hand. Raises Stuck."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        for thread in self._threads:
            thread.start()
        log.info("worker started", loops=[thread.name for thread in self._threads])
        # Not without an end: a signal that comes just before the wait begins would then be noticed only after it.
        while not self._stop.wait(LOOK_SECONDS):
            if not self.is_live():
                # An unhealthy container is only marked as such by Compose; one that has ended is started again.
                log.critical("worker ends: a loop stands still", since=self._standing_still())
                raise Stuck
        until = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        log.info("worker stopped", unfinished=[thread.name for thread in self._threads if thread.is_alive()])

    def _keep_running(self, loop: Loop) -> None:
        keep_running(loop, self._stop, beat=lambda: self._beats.update({loop.name: time.monotonic()}))
