"""Taking as long as something else."""

import threading
import time

from services.identity.throttling.response_padding import KEPT, LONGEST_SECONDS, ResponsePadding

LONG, SHORT = 0.02, 0.0


def seconds_of(pace: ResponsePadding, work: float) -> float:
    begun_at = time.perf_counter()
    with pace.padded():
        work_for(work)
    return time.perf_counter() - begun_at


def work_for(seconds: float) -> None:
    threading.Event().wait(seconds)


def test_what_takes_less_lasts_as_long_as_the_longest_of_late() -> None:
    pace = ResponsePadding()
    seconds_of(pace, LONG)

    assert seconds_of(pace, SHORT) >= LONG


def test_an_accident_does_not_keep_those_who_come_after_it() -> None:
    pace = ResponsePadding()
    accident = seconds_of(pace, 2 * LONGEST_SECONDS)

    assert LONGEST_SECONDS <= seconds_of(pace, SHORT) < accident


def test_what_was_long_ago_is_forgotten() -> None:
    pace = ResponsePadding()
    seconds_of(pace, LONG)
    for _ in range(KEPT):
        seconds_of(pace, SHORT)

    assert min(seconds_of(pace, SHORT) for _ in range(5)) < LONG


def test_what_is_not_done_takes_as_long_as_what_was() -> None:
    pace = ResponsePadding()
    assert not pace.is_known()
    with pace.measured():
        work_for(LONG)

    begun_at = time.perf_counter()
    pace.keep()

    assert pace.is_known()
    assert time.perf_counter() - begun_at >= LONG
