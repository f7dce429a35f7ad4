"""Several calls at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

START_SECONDS = 5

T = TypeVar("T")


def together(*calls: Callable[[], T]) -> list[T]:
    """Start all calls at the same moment, each in a thread; return their results in their order.

    The first exception among them is raised once all have ended.
    """
    barrier = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        barrier.wait(START_SECONDS)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def all_at_once(times: int, call: Callable[[int], T]) -> list[T]:
    """Call `call` with each of the first `times` numbers, from zero, at the same moment."""
    return together(*(_with(call, number) for number in range(times)))


def _with(call: Callable[[int], T], number: int) -> Callable[[], T]:
    return lambda: call(number)
