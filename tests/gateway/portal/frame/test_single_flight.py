"""Calls that are made once for several requests at the same moment, such as the refresh of a session."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.clients.answers.identity import Tokens
from gateway.clients.errors import ServiceUnavailable
from gateway.portal.frame.single_flight import RETENTION_SECONDS, SingleFlight


def tokens(number: int) -> Tokens:
    return {
        "access_token": f"access {number}",
        "token_type": "Bearer",
        "expires_in": 900,
        "refresh_token": f"r{number}",
    }


class Identity:
    """Identity that counts its calls, and answers once `answering` is set."""

    def __init__(self) -> None:
        self.calls = 0
        self.called = threading.Event()
        self.answering = threading.Event()

    def refresh(self) -> Tokens:
        self.calls += 1
        self.called.set()
        assert self.answering.wait(5)
        return tokens(self.calls)


def test_two_pages_at_once_use_a_refresh_token_once_and_get_the_same_answer() -> None:
    flight, identity = SingleFlight(), Identity()

    with ThreadPoolExecutor() as pages:
        first = pages.submit(flight.run, identity.refresh, "r0")
        assert identity.called.wait(5)
        second = pages.submit(flight.run, identity.refresh, "r0")
        identity.answering.set()
        answers = first.result(5), second.result(5)

    assert answers == (tokens(1), tokens(1))
    assert identity.calls == 1


def test_a_page_that_comes_a_moment_later_gets_the_same_answer() -> None:
    flight, identity = SingleFlight(), Identity()
    identity.answering.set()

    answers = [flight.run(identity.refresh, "r0") for _ in range(2)]

    assert answers == [tokens(1), tokens(1)]


def test_what_did_not_work_is_tried_again() -> None:
    flight, identity = SingleFlight(), Identity()
    identity.answering.set()

    def silent() -> Tokens:
        raise ServiceUnavailable("identity")

    with pytest.raises(ServiceUnavailable):
        flight.run(silent, "r0")

    assert flight.run(identity.refresh, "r0") == tokens(1)


def test_an_answer_is_forgotten_after_a_minute() -> None:
    moment = [0.0]
    flight, identity = SingleFlight(clock=lambda: moment[0]), Identity()
    identity.answering.set()
    flight.run(identity.refresh, "r0")
    moment[0] += RETENTION_SECONDS + 1

    answer = flight.run(identity.refresh, "r0")

    assert answer == tokens(2)


def test_an_answer_that_does_not_stand_any_more_is_not_given_again() -> None:
    flight, identity = SingleFlight(), Identity()
    identity.answering.set()
    flight.run(identity.refresh, "r0")

    answers = [flight.run(identity.refresh, "r0", stands=lambda answer: answer == tokens(2)) for _ in range(2)]

    assert answers == [tokens(2), tokens(2)]


def test_an_answer_is_taken_once_and_not_while_it_is_under_way() -> None:
    flight, identity = SingleFlight(), Identity()
    with ThreadPoolExecutor() as pages:
        running = pages.submit(flight.run, identity.refresh, "r0")
        assert identity.called.wait(5)
        early = flight.take("r0")
        identity.answering.set()
        running.result(5)

    assert [early, flight.take("r0"), flight.take("r0")] == [None, tokens(1), None]
