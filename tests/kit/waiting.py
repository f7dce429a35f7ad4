"""Waiting for a fact, with a deadline, instead of sleeping."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(fact: Callable[[], T], within: float = 5.0, every: float = 0.01) -> T:
    """The first true answer of `fact`, asked `every` so many seconds; fails when there is none `within` so many."""
    deadline = time.monotonic() + within
    while not (found := fact()):
        assert time.monotonic() < deadline, f"not within {within} seconds"
        time.sleep(every)
    return found
