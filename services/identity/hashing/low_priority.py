"""Work for a processor that may wait for whoever only needs one for a moment."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

NICENESS = 10
"""Of 19: it still gets on, by about a tenth, where everything else is busy."""

P = ParamSpec("P")
T = TypeVar("T")


class LowPriorityThreads:
    """Threads of lower priority, and those that the work starts in its turn. Without them, eight lanes of hashing leave
    the requests of a whole process a few percent of two processors."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, "background", initializer=_step_back)

    def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Waits for what `work` returns or raises."""
        return self._pool.submit(work, *args, **kwargs).result()


def _step_back() -> None:
    """Of this thread alone, which other systems than Linux cannot do."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread)))
