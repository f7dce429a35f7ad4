"""The worker process of a service: its loops, each in a thread, until a signal says stop."""

import signal
import threading
from collections.abc import Sequence

import structlog

from chassis.loops import Loop, keep_running

STOP_SECONDS = 15
LOOK_SECONDS = 0.5

log = structlog.get_logger()


def run(loops: Sequence[Loop]) -> None:
    """Runs until SIGTERM or SIGINT; each loop finishes the step in hand."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [threading.Thread(target=keep_running, args=(loop, stop), name=loop.name, daemon=True) for loop in loops]
    for thread in threads:
        thread.start()
    log.info("worker started", loops=[loop.name for loop in loops])
    # Not without an end: a signal that comes just before the wait begins would then be noticed only after it.
    while not stop.wait(LOOK_SECONDS):
        continue
    for thread in threads:
        thread.join(STOP_SECONDS)
    log.info("worker stopped", unfinished=[thread.name for thread in threads if thread.is_alive()])
