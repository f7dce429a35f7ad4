"""Captchas are rendered once each, and few at a time (A-03, A-11)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.identity.errors.throttling import TooBusy
from services.identity.hashing.renderings import AT_ONCE, MOST_KEPT, PLACES, Renderings
from tests.kit.together import all_at_once
from tests.kit.waiting import until


def test_one_captcha_is_rendered_once_though_many_ask_at_once() -> None:
    renderings, made = Renderings(), []

    def render() -> bytes:
        made.append(threading.get_ident())
        return str(len(made)).encode()

    answers = all_at_once(AT_ONCE + PLACES, lambda number: renderings.once("a captcha", render, f"client {number}"))

    assert set(answers) == {b"1"}
    assert threading.get_ident() not in made


def test_who_comes_when_many_wait_is_told_to_come_again() -> None:
    renderings, go_on = Renderings(), threading.Event()

    def slow() -> bytes:
        assert go_on.wait(5)
        return b"x"

    with ThreadPoolExecutor(AT_ONCE + PLACES) as pool:
        waiting = [pool.submit(renderings.once, number, slow, f"client {number}") for number in range(AT_ONCE + PLACES)]
        until(lambda: renderings.waiting == PLACES)
        with pytest.raises(TooBusy):
            renderings.once("another", slow, "one more")
        go_on.set()
        assert [one.result(5) for one in waiting] == [b"x"] * (AT_ONCE + PLACES)


def test_a_rendering_that_failed_is_made_again() -> None:
    renderings = Renderings()

    def broken() -> bytes:
        raise ValueError

    with pytest.raises(ValueError):
        renderings.once(1, broken, "client")

    assert renderings.once(1, lambda: b"x", "client") == b"x"


def test_no_more_are_kept_than_memory_has_room_for() -> None:
    renderings = Renderings()
    for number in range(MOST_KEPT + 1):
        renderings.once(number, lambda: b"first", "client")

    assert renderings.once(MOST_KEPT, lambda: b"again", "client") == b"first"
    assert renderings.once(0, lambda: b"again", "client") == b"again"
