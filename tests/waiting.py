"""Waiting for a fact, with a deadline, instead of sleeping."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(fact: Callable[[], T], within: float = 5.0) -> T:
    """The first true answer of `fact`; fails when there is none `within` so many seconds."""
    deadline = time.monotonic() + within
    while not (found := fact()):
        assert time.monotonic() < deadline, f"not within {within} seconds"
        time.sleep(0.01)
    return found
