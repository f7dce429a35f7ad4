"""Whose turn it is when more come than can be served."""

import threading
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from services.identity.errors.throttling import TooBusy
from services.identity.hashing.admission_queue import OFTEN, AdmissionQueue
from tests.kit.waiting import until


class Crowd:
    """People who wait for their turn, and in which order they had it."""

    def __init__(self, queue: AdmissionQueue, pool: ThreadPoolExecutor) -> None:
        self.queue, self.pool = queue, pool
        self.served: list[str] = []

    def comes(self, name: str, rank: int = 0, keys: Collection[str] = ()) -> "Future[None]":
        """Once they wait, or are turned away."""
        before = self.queue.waiting
        future = self.pool.submit(self._wait, name, rank, keys)
        until(lambda: self.queue.waiting > before or future.done() or self.queue.waiting == PLACES)
        return future

    def _wait(self, name: str, rank: int, keys: Collection[str]) -> None:
        with self.queue.admission(rank, keys):
            self.served.append(name)


PLACES = 3


@contextmanager
def a_crowd(queue: AdmissionQueue) -> Iterator[Crowd]:
    """In front of someone who has their turn until the end."""
    with ThreadPoolExecutor(10) as pool:
        crowd = Crowd(queue, pool)
        with queue.admission():
            yield crowd


def test_no_more_work_at_once_than_may() -> None:
    queue, inside, most, full = AdmissionQueue(at_once=2, places=20), 0, 0, threading.Event()
    lock = threading.Lock()

    def work(_: int) -> None:
        nonlocal inside, most
        with queue.admission():
            with lock:
                inside += 1
                most = max(most, inside)
            full.wait(0.01)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, range(20)))

    assert most == 2


def test_the_lowest_rank_is_served_first_and_among_equals_who_came_first() -> None:
    with a_crowd(AdmissionQueue(at_once=1, places=PLACES)) as crowd:
        crowd.comes("locked", 1_000_000)
        crowd.comes("first", 0)
        crowd.comes("second", 0)

    assert crowd.served == ["first", "second", "locked"]


def test_when_all_places_are_taken_the_last_in_rank_is_turned_away() -> None:
    with a_crowd(AdmissionQueue(at_once=1, places=PLACES)) as crowd:
        locked = crowd.comes("locked", 1_000_000)
        others = [crowd.comes(f"clumsy {number}", 5) for number in range(2)]
        right = crowd.comes("right", 0)

        assert isinstance(locked.exception(1), TooBusy)
        assert isinstance(crowd.comes("locked too", 1_000_000).exception(1), TooBusy)

    assert crowd.served == ["right", "clumsy 0", "clumsy 1"]
    assert [future.exception() for future in (*others, right)] == [None] * 3


def test_who_comes_again_and_again_stands_behind_who_comes_for_the_first_time() -> None:
    with a_crowd(AdmissionQueue(at_once=1, places=PLACES)) as crowd:
        for number in range(PLACES + 2):
            crowd.comes(f"crowd {number}", keys=("client:crowd",))
        person = crowd.comes("person", keys=("client:person",))

    assert crowd.served == ["crowd 0", "person", "crowd 1"]
    assert person.exception() is None


def test_among_those_who_come_very_often_the_first_goes_first() -> None:
    queue = AdmissionQueue(at_once=1, places=PLACES)
    for _ in range(3 * OFTEN):
        with queue.admission(keys=("client:house", "client:other house")):
            pass

    with a_crowd(queue) as crowd:
        crowd.comes("one of two houses", keys=("client:house", "client:other house"))
        crowd.comes("one of one", keys=("client:house",))

    assert crowd.served == ["one of two houses", "one of one"]


def test_after_a_while_who_came_is_as_good_as_anyone() -> None:
    queue = AdmissionQueue(at_once=1, places=PLACES, lately_seconds=0)
    for _ in range(5):
        with queue.admission(keys=("client:mine",)):
            pass

    with a_crowd(queue) as crowd:
        crowd.comes("mine", keys=("client:mine",))
        crowd.comes("another's", keys=("client:other",))

    assert crowd.served == ["mine", "another's"]


def test_nobody_waits_for_ever() -> None:
    queue = AdmissionQueue(at_once=1, places=PLACES, patience_seconds=0.01)

    with a_crowd(queue) as crowd:
        assert isinstance(crowd.comes("patient", 0).exception(1), TooBusy)
        assert queue.waiting == 0

    with queue.admission():
        assert queue.waiting == 0


def test_a_turn_that_fails_is_passed_on() -> None:
    queue = AdmissionQueue(at_once=1, places=0)

    with pytest.raises(ValueError, match="broken"), queue.admission():
        raise ValueError("broken")

    with queue.admission(), pytest.raises(TooBusy), queue.admission():
        pass
