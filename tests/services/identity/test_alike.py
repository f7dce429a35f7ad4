"""The measure of A-10 itself: what it catches and how rarely it is wrong."""

import math
import random

import pytest

from tests.services.identity.alike import FALSE_ALARM, PAIRS, assert_same_time, chance_of


def test_a_difference_that_shows_in_nearly_every_pair_is_caught() -> None:
    noisy = [0.05 + random.gauss(0, 0.02) for _ in range(PAIRS)]

    with pytest.raises(AssertionError, match="ms apart"):
        assert_same_time(noisy)


def test_noise_is_no_difference() -> None:
    half = [random.expovariate(10) for _ in range(PAIRS // 2)]

    assert_same_time([*half, *(-one for one in half)])


def test_a_difference_that_nobody_can_see_from_outside_is_none() -> None:
    assert_same_time([0.0005] * PAIRS)


def test_equal_times_take_no_side() -> None:
    assert chance_of([0.0] * PAIRS) == 1.0


def test_it_is_wrong_as_rarely_as_it_says() -> None:
    """Exactly: over all the ways in which the coins can fall."""
    alarms = sum(
        math.comb(PAIRS, longer)
        for longer in range(PAIRS + 1)
        if chance_of([1.0] * longer + [-1.0] * (PAIRS - longer)) < FALSE_ALARM
    )

    assert 0 < alarms / 2**PAIRS < FALSE_ALARM
