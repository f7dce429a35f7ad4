"""When something was tried too often (A-11)."""

from datetime import UTC, datetime, timedelta

import pytest

from services.identity.errors.throttling import TooManyRequests
from services.identity.models.tries import LAST, WRONG_PASSWORDS, Limit, Tries

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
THREE_A_MINUTE = Limit("captchas", 3, MINUTE)


def some_tries() -> Tries:
    return Tries(key="account:41", times=[], total=0, locks=0, forget_at=START)


def fail(tries: Tries, times: int, at: datetime = START, every: timedelta = SECOND) -> list[bool]:
    return [tries.fail(at + number * every, WRONG_PASSWORDS) for number in range(times)]


def lock(tries: Tries, at: datetime = START) -> timedelta:
    """For how long."""
    assert fail(tries, 10, at, every=timedelta(0)) == [False] * 9 + [True]
    assert tries.locked_until is not None
    return tries.locked_until - at


def test_the_tenth_wrong_password_within_five_minutes_locks() -> None:
    tries = some_tries()

    assert fail(tries, 10, every=timedelta(seconds=33)) == [False] * 9 + [True]
    assert tries.is_locked(START + 9 * timedelta(seconds=33))


def test_ten_wrong_passwords_over_more_than_five_minutes_do_not_lock() -> None:
    tries = some_tries()

    assert not any(fail(tries, 100, every=timedelta(seconds=34)))
    assert len(tries.times) < 10


def test_nine_before_and_nine_after_the_turn_of_a_period_are_eighteen_within_it() -> None:
    tries = some_tries()
    fail(tries, 9, START + timedelta(minutes=4, seconds=50))

    assert any(fail(tries, 9, START + timedelta(minutes=5, seconds=10)))


def test_a_lock_ends_by_itself() -> None:
    tries = some_tries()
    length = lock(tries)

    assert tries.is_locked(START + length - SECOND)
    assert not tries.is_locked(START + length)


def test_each_lock_is_longer_than_the_one_before_up_to_fifteen_minutes() -> None:
    tries, at, minutes = some_tries(), START, []
    for _ in range(7):
        length = lock(tries, at)
        minutes.append(length / MINUTE)
        at += length

    assert minutes == [1, 2, 4, 8, 15, 15, 15]


def test_after_a_calm_hour_a_lock_is_short_again() -> None:
    tries = some_tries()
    lock(tries)
    lock(tries, START + MINUTE)

    assert lock(tries, START + timedelta(minutes=3, hours=1)) == MINUTE


def test_after_the_right_password_nothing_counts_that_was_before() -> None:
    tries = some_tries()
    lock(tries)
    fail(tries, 9, START + MINUTE)

    tries.forgive()

    assert fail(tries, 9, START + 2 * MINUTE) == [False] * 9
    assert not tries.is_locked(START)


def test_what_is_not_looked_at_prolongs_nothing() -> None:
    tries = some_tries()
    length = lock(tries)
    for _ in range(100):
        tries.ignore()

    assert tries.total == 110
    assert not tries.is_locked(START + length)
    assert not tries.fail(START + length, WRONG_PASSWORDS)


def test_how_long_it_is_locked_is_told_in_whole_minutes() -> None:
    tries = some_tries()
    lock(tries)

    assert [tries.locked_minutes(START + timedelta(seconds=one)) for one in (0, 1, 59, 60)] == [1, 1, 1, 0]


def test_who_failed_least_stands_first_and_the_locked_last() -> None:
    welcome, clean, clumsy, locked = (some_tries() for _ in range(4))
    welcome.welcome(START)
    fail(clumsy, 2)
    lock(locked)

    ranks = [tries.rank(START + 2 * SECOND, WRONG_PASSWORDS) for tries in (welcome, clean, clumsy, locked)]

    assert ranks == [-1, 0, 2, LAST]
    assert welcome.rank(START + timedelta(days=30), WRONG_PASSWORDS) == 0


def test_what_was_tried_is_remembered_no_longer_than_it_counts() -> None:
    failed, locked, welcome = some_tries(), some_tries(), some_tries()
    fail(failed, 1)
    lock(locked)
    welcome.welcome(START)
    fail(welcome, 1)

    assert failed.forget_at == START + timedelta(minutes=5)
    assert locked.forget_at == START + timedelta(hours=1, minutes=1)
    assert welcome.forget_at == START + timedelta(days=30)


def test_more_requests_than_the_limit_wait_until_the_first_is_past() -> None:
    tries = some_tries()
    for number in range(3):
        tries.count_within(START + number * SECOND, THREE_A_MINUTE)

    with pytest.raises(TooManyRequests) as refused:
        tries.count_within(START + 10 * SECOND, THREE_A_MINUTE)

    assert refused.value.headers == {"Retry-After": "50"}
    assert tries.total == 3
    tries.count_within(START + 60 * SECOND, THREE_A_MINUTE)
