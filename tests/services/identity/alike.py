"""Whether two kinds of request can be told apart by their answers, or by when these come (A-10).

The requests are made in pairs, one of each kind, and a coin decides which goes first. If there is nothing to tell them
apart by, then which of the two took longer is a coin's decision too, however noisy the machine: PAIRS coins fall so
unevenly that this test fails for no reason less than once in 10,000 runs (FALSE_ALARM), and it fails only if the
difference is also one that could be seen from outside (VISIBLE_SECONDS). A password that is not hashed, or a mail that
is sent before the answer, makes nearly every pair fall on one side.
"""

import math
import random
import time
from collections.abc import Callable, Sequence
from statistics import median

from werkzeug.test import TestResponse

PAIRS = 30
FALSE_ALARM = 1e-4
VISIBLE_SECONDS = 0.002
DIFFERENT_EVERY_TIME = ("Date", "X-Correlation-ID")

Ask = Callable[[], TestResponse]


def assert_alike(some: Sequence[Ask], others: Sequence[Ask]) -> None:
    """PAIRS of each; none is asked twice, since a second answer may well be another one."""
    pairs = list(zip(some, others, strict=True))
    assert len(pairs) == PAIRS
    measured = [_measured(*pair) for pair in pairs]
    assert_same_answers([answer for answers, _ in measured for answer in answers])
    assert_same_time([difference for _, difference in measured])


def assert_same_answers(answers: Sequence[TestResponse]) -> None:
    kinds = {(answer.status, answer.text, tuple(_headers(answer))) for answer in answers}
    assert len(kinds) == 1, kinds


def assert_same_time(differences: Sequence[float]) -> None:
    """`differences`: in seconds, one for each pair."""
    chance, typical = chance_of(differences), median(differences)
    assert chance >= FALSE_ALARM or abs(typical) < VISIBLE_SECONDS, f"{typical * 1000:.1f} ms apart, p = {chance:.1e}"


def chance_of(differences: Sequence[float]) -> float:
    """That as many coins, or more, fall on one side (two-sided sign test)."""
    longer, shorter = sum(one > 0 for one in differences), sum(one < 0 for one in differences)
    coins = longer + shorter
    tail: float = sum(math.comb(coins, fewer) for fewer in range(min(longer, shorter) + 1)) / 2**coins
    return min(1.0, 2 * tail)


def _measured(one: Ask, other: Ask) -> tuple[list[TestResponse], float]:
    """Both answers, and how much longer the first kind took."""
    if random.random() < 0.5:
        (first, seconds), (second, other_seconds) = _timed(one), _timed(other)
    else:
        (second, other_seconds), (first, seconds) = _timed(other), _timed(one)
    return [first, second], seconds - other_seconds


def _timed(ask: Ask) -> tuple[TestResponse, float]:
    begun_at = time.perf_counter()
    answer = ask()
    return answer, time.perf_counter() - begun_at


def _headers(answer: TestResponse) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in answer.headers if name not in DIFFERENT_EVERY_TIME)
