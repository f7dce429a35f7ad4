"""Two pages that ask for the same in the same instant, such as the renewal of their session."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.clients.answers.identity import SignedIn
from gateway.clients.errors import ServiceUnavailable
from gateway.portal.once import KEPT_SECONDS, Once


def tokens(number: int) -> SignedIn:
    return {
        "access_token": f"access {number}",
        "token_type": "Bearer",
        "expires_in": 900,
        "refresh_token": f"r{number}",
    }


class Identity:
    """Counts how often it was asked, and answers once `answering` is set."""

    def __init__(self) -> None:
        self.asked = 0
        self.asking = threading.Event()
        self.answering = threading.Event()

    def refresh(self) -> SignedIn:
        self.asked += 1
        self.asking.set()
        assert self.answering.wait(5)
        return tokens(self.asked)


def test_two_pages_at_once_use_a_refresh_token_once_and_get_the_same_answer() -> None:
    once, identity = Once(), Identity()

    with ThreadPoolExecutor() as pages:
        first = pages.submit(once.ask, identity.refresh, "r0")
        assert identity.asking.wait(5)
        second = pages.submit(once.ask, identity.refresh, "r0")
        identity.answering.set()
        answers = first.result(5), second.result(5)

    assert answers == (tokens(1), tokens(1))
    assert identity.asked == 1


def test_a_page_that_comes_a_moment_later_gets_the_same_answer() -> None:
    once, identity = Once(), Identity()
    identity.answering.set()

    answers = [once.ask(identity.refresh, "r0") for _ in range(2)]

    assert answers == [tokens(1), tokens(1)]


def test_what_did_not_work_is_tried_again() -> None:
    once, identity = Once(), Identity()
    identity.answering.set()

    def silent() -> SignedIn:
        raise ServiceUnavailable("identity")

    with pytest.raises(ServiceUnavailable):
        once.ask(silent, "r0")

    assert once.ask(identity.refresh, "r0") == tokens(1)


def test_an_answer_is_forgotten_after_a_minute() -> None:
    moment = [0.0]
    once, identity = Once(clock=lambda: moment[0]), Identity()
    identity.answering.set()
    once.ask(identity.refresh, "r0")
    moment[0] += KEPT_SECONDS + 1

    answer = once.ask(identity.refresh, "r0")

    assert answer == tokens(2)
