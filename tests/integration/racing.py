"""Several calls at the same moment, again and again."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from werkzeug.test import TestResponse

ROUNDS = 25
"""A race that can go wrong does so within a few of them: each test here was seen to fail with its lock taken away."""

T = TypeVar("T")


def together(*calls: Callable[[], T]) -> list[T]:
    """What each returned, in their order, all started at the same moment."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        barrier.wait(5)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def outcomes(answers: list[TestResponse]) -> Counter[tuple[int, str | None]]:
    """How many got which status, and which code of a refusal. A deadlock would be a 503: the database's own fault."""
    return Counter(
        (answer.status_code, answer.get_json()["code"] if answer.status_code >= 400 else None) for answer in answers
    )
