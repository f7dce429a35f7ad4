"""How long something takes lately, so that what takes less, or is not done at all, can take as long (A-10, A-11)."""

import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

KEPT = 32
FRESH_SECONDS = 2.0
LONGEST_SECONDS = 0.25
"""What took longer than this has met with an accident; nobody is made to wait for that again."""


class ResponsePadding:
    def __init__(self) -> None:
        self._seconds: list[float] = []
        self._measured_at = float("-inf")

    @contextmanager
    def measured(self) -> Iterator[None]:
        begun_at = time.perf_counter()
        yield
        self._note(begun_at)

    @contextmanager
    def padded(self) -> Iterator[None]:
        """Lasts as long as the longest of late, whatever is done in it. Only one in thirty or so is longer still, and
        the next ones are as long."""
        begun_at = time.perf_counter()
        yield
        self._note(begun_at)
        time.sleep(max(0.0, begun_at + min(max(self._seconds), LONGEST_SECONDS) - time.perf_counter()))

    def is_known(self) -> bool:
        """Whether it was measured just now: a machine is not always equally fast."""
        return time.perf_counter() - self._measured_at < FRESH_SECONDS

    def keep(self) -> None:
        """Lets as much time pass as it took once of late."""
        time.sleep(random.choice(self._seconds))

    def _note(self, begun_at: float) -> None:
        self._measured_at = time.perf_counter()
        self._seconds = [*self._seconds[1 - KEPT :], self._measured_at - begun_at]


def paddings() -> Mapping[str, ResponsePadding]:
    """One for each thing that is done."""
    return defaultdict(ResponsePadding)
