"""Response padding: answers last as long as recent ones, whether or not there was work to do (A-10, A-11)."""

import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

SAMPLES = 32
FRESH_SECONDS = 2.0
LONGEST_SECONDS = 0.25
"""Bound of the padding. A longer duration was an accident; no later answer waits for it again."""


class ResponsePadding:
    """Recent durations of one kind of work, in seconds, and pauses derived from them."""

    def __init__(self) -> None:
        self._seconds: list[float] = []
        self._measured_at = float("-inf")

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Record the duration of the block; work that fails is not recorded."""
        begun_at = time.perf_counter()
        yield
        self._note(begun_at)

    @contextmanager
    def padded(self) -> Iterator[None]:
        """Stretch the block to the longest recent duration.

        About one block in SAMPLES is longer still; those after it last as long as that one.
        """
        begun_at = time.perf_counter()
        yield
        self._note(begun_at)
        # A pause of fixed length would not do: the difference between the two kinds of work would stay measurable.
        time.sleep(max(0.0, begun_at + min(max(self._seconds), LONGEST_SECONDS) - time.perf_counter()))

    def is_recent(self) -> bool:
        """Return whether the last measurement is fresh: a machine is not always equally fast."""
        return time.perf_counter() - self._measured_at < FRESH_SECONDS

    def imitate(self) -> None:
        """Pause for one of the recent durations, drawn at random so that the spread is the real one."""
        time.sleep(random.choice(self._seconds))

    def _note(self, begun_at: float) -> None:
        self._measured_at = time.perf_counter()
        # A new list instead of a change in place: other threads read the old one without a lock.
        self._seconds = [*self._seconds[1 - SAMPLES :], self._measured_at - begun_at]


def paddings() -> Mapping[str, ResponsePadding]:
    """Return a mapping that makes one padding for each name on first use."""
    return defaultdict(ResponsePadding)
