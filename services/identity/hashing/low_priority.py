"""Low-priority threads for work that may wait for requests that need a processor only briefly."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

NICENESS = 10
"""Niceness out of 19: the work still gets on, by about a tenth, where all processors are busy."""

P = ParamSpec("P")
T = TypeVar("T")


class LowPriorityThreads:
    """Pool of threads with lower priority.

    Threads that the work itself starts inherit it. Without this, eight lanes of hashing would leave the requests of a
    whole process a few percent of two processors.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, "background", initializer=_lower_priority)

    def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Wait for the result of `work`; raise its exception."""
        return self._pool.submit(work, *args, **kwargs).result()


def _lower_priority() -> None:
    """Lower the priority of this thread alone, on Linux; other systems have no such call."""
    if sys.platform == "linux":
        # Linux takes a thread's native id for a process id here; the process itself keeps its priority.
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread)))
