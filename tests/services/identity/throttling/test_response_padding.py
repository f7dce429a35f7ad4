"""Taking as long as something else."""

import threading
import time

from services.identity.throttling.response_padding import LONGEST_SECONDS, SAMPLES, ResponsePadding

LONG, SHORT = 0.02, 0.0


def seconds_of(padding: ResponsePadding, work: float) -> float:
    begun_at = time.perf_counter()
    with padding.padded():
        work_for(work)
    return time.perf_counter() - begun_at


def work_for(seconds: float) -> None:
    threading.Event().wait(seconds)


def test_what_takes_less_lasts_as_long_as_the_longest_of_late() -> None:
    padding = ResponsePadding()
    seconds_of(padding, LONG)

    assert seconds_of(padding, SHORT) >= LONG


def test_an_accident_does_not_keep_those_who_come_after_it() -> None:
    padding = ResponsePadding()
    accident = seconds_of(padding, 2 * LONGEST_SECONDS)

    assert LONGEST_SECONDS <= seconds_of(padding, SHORT) < accident


def test_what_was_long_ago_is_forgotten() -> None:
    padding = ResponsePadding()
    seconds_of(padding, LONG)
    for _ in range(SAMPLES):
        seconds_of(padding, SHORT)

    assert min(seconds_of(padding, SHORT) for _ in range(5)) < LONG


def test_what_is_not_done_takes_as_long_as_what_was() -> None:
    padding = ResponsePadding()
    assert not padding.is_recent()
    with padding.measured():
        work_for(LONG)

    begun_at = time.perf_counter()
    padding.imitate()

    assert padding.is_recent()
    assert time.perf_counter() - begun_at >= LONG
