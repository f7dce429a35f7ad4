"""A service that hangs costs those who ask another one nothing."""

import threading
from contextlib import ExitStack

import pytest
from flask import Response

from gateway.clients.bulkhead import HANGING_AFTER_SECONDS, Bulkhead, BulkheadFull
from gateway.clients.connection_pool import PoolLimits
from gateway.clients.errors import ServiceUnavailable
from tests.gateway.builders import a_structures_client
from tests.gateway.stubs import Stub

SECONDS = 20


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_beyond_its_share_a_service_that_hangs_is_refused_at_once() -> None:
    clock = Clock()
    bulkhead = Bulkhead(2, clock)
    with ExitStack() as under_way:
        for _ in range(2):
            under_way.enter_context(bulkhead.place())
        clock.seconds += HANGING_AFTER_SECONDS + 1

        with pytest.raises(BulkheadFull), bulkhead.place():
            pass

    with bulkhead.place():  # its requests have ended, with or without an answer
        pass


def test_beyond_its_share_a_service_that_answers_is_waited_for() -> None:
    bulkhead = Bulkhead(1)
    has_begun, may_end, results = threading.Event(), threading.Event(), []

    def ask_first() -> None:
        with bulkhead.place():
            has_begun.set()
            may_end.wait(SECONDS)

    def ask_next() -> None:
        with bulkhead.place():
            results.append("answered")

    first, following = threading.Thread(target=ask_first), threading.Thread(target=ask_next)
    first.start()
    assert has_begun.wait(SECONDS)
    following.start()
    may_end.set()
    first.join()
    following.join()

    assert results == ["answered"]


def test_a_request_without_a_place_is_told_that_the_service_is_unavailable(structures: Stub) -> None:
    may_end = threading.Event()
    has_begun = threading.Semaphore(0)

    def hang() -> Response:
        has_begun.release()
        may_end.wait(SECONDS)
        return Response("{}", mimetype="application/json")

    structures.answer_with("GET", "/structures", hang)
    client = a_structures_client(structures.url, PoolLimits(connect_seconds=2.0, answer_seconds=SECONDS, at_once=2))
    asking = [threading.Thread(target=client.get, args=("/structures", object)) for _ in range(2)]
    for thread in asking:
        thread.start()
    for _ in asking:
        assert has_begun.acquire(timeout=SECONDS)

    with pytest.raises(ServiceUnavailable):
        client.get("/structures", object)

    may_end.set()
    for thread in asking:
        thread.join()
    assert len(structures.received) == 2
