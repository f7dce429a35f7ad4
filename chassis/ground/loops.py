"""Loops of a worker: each runs in a thread and stops cleanly between two steps."""

import threading
from collections.abc import Callable

import structlog

from chassis.ground.transient import TRANSIENT

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0

log = structlog.get_logger()


class Loop:
    name: str
    idle_seconds = 0.0
    """Pause after a step without work."""

    def run_once(self) -> bool:
        """Run one step and return whether there was work, and so perhaps more. An exception causes a growing pause."""
        raise NotImplementedError

    def close(self) -> None:
        """Release the resources of the loop. Called in the loop's own thread, after its last step."""


def keep_running(loop: Loop, stop: threading.Event, beat: Callable[[], None] = lambda: None) -> None:
    """Run `loop` until `stop` is set; a fault pauses it, longer each time, and never ends it.

    `beat` is called before each step, as a sign of life.
    """
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        beat()
        try:
            busy = loop.run_once()
        except Exception as error:
            _log_fault(loop, error, pause)
            stop.wait(pause)  # and no sleep: a worker that stops does not sit out its pauses
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        else:
            pause = FIRST_PAUSE_SECONDS
            if not busy:
                stop.wait(loop.idle_seconds)
    loop.close()


def _log_fault(loop: Loop, error: Exception, pause: float) -> None:
    """Log a transient fault in one line, any other with its traceback."""
    if isinstance(error, TRANSIENT):
        log.warning("loop waits", loop=loop.name, pause_seconds=pause, reason=type(error.__cause__ or error).__name__)
    else:
        log.error("loop paused after a fault", loop=loop.name, pause_seconds=pause, exc_info=error)
