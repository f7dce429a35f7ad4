"""Whether a worker lives: every loop is there, and none is stuck."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from chassis.cli import STUCK_STATUS
from chassis.ground import metrics
from chassis.ground.loops import Loop
from chassis.processes.worker import Stuck, Worker
from tests.kit.waiting import until


class Step(Loop):
    """One whose step is the test's own."""

    def __init__(self, name: str, step: Callable[[], bool] = lambda: False) -> None:
        self.name = name
        self.idle_seconds = 0.01
        self.steps = 0
        self.is_closed = False
        self._step = step

    def run_once(self) -> bool:
        self.steps += 1
        return self._step()

    def close(self) -> None:
        self.is_closed = True


@contextmanager
def working(worker: Worker) -> Iterator[str]:
    """Runs in the main thread, as it must to hear signals: the test itself goes on in another. Yields `/live`."""
    server = metrics.serve("127.0.0.1", 0, worker.is_live)
    try:
        yield f"http://127.0.0.1:{server.port}/live"
    finally:
        server.shutdown()
        server.server_close()


def while_running(worker: Worker, test: Callable[[str], None], *, stops: bool = True) -> None:
    """Runs the worker, and `test` beside it with the address of its `/live`; then stops it with a signal, if asked."""
    faults: list[BaseException] = []

    def beside(address: str) -> None:
        try:
            test(address)
        except BaseException as fault:
            faults.append(fault)
        finally:
            if stops:
                os.kill(os.getpid(), signal.SIGTERM)

    kept = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    with working(worker) as address:
        thread = threading.Thread(target=beside, args=(address,))
        # Not before the worker hears signals: the test would end this process instead.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        thread.start()
        try:
            worker.run()
        finally:
            thread.join()
            for number, handler in zip((signal.SIGTERM, signal.SIGINT), kept, strict=True):
                signal.signal(number, handler)
    if faults:
        raise faults[0]


def status(address: str) -> int:
    return requests.get(address, timeout=5).status_code


def test_a_worker_whose_loops_go_on_lives_and_closes_them_at_the_end() -> None:
    loops = [Step("one"), Step("other")]

    def look(address: str) -> None:
        until(lambda: all(loop.steps > 2 for loop in loops))
        assert status(address) == 200

    while_running(Worker(loops), look)

    assert all(loop.is_closed for loop in loops)


def test_a_worker_that_has_not_begun_does_not_live() -> None:
    with working(Worker([Step("one")])) as address:
        assert status(address) == 503


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_one_of_whose_loops_has_died_does_not_live_and_ends() -> None:
    class Ended(BaseException):
        """Not what a loop survives."""

    allowed = threading.Event()

    def dies() -> bool:
        if allowed.is_set():
            raise Ended
        return False

    def look(address: str) -> None:
        until(lambda: status(address) == 200)
        allowed.set()
        until(lambda: status(address) == 503)

    with pytest.raises(Stuck):
        while_running(Worker([Step("one"), Step("dead", dies)]), look, stops=False)


def test_a_loop_that_only_fails_does_not_end_the_worker() -> None:
    def fails() -> bool:
        raise ValueError

    failing = Step("failing", fails)

    def look(address: str) -> None:
        until(lambda: failing.steps > 2)
        assert status(address) == 200

    while_running(Worker([failing]), look)


def test_a_worker_one_of_whose_loops_is_stuck_does_not_live_and_ends() -> None:
    begun, release = threading.Event(), threading.Event()

    def waits() -> bool:
        begun.set()
        return not release.wait(20)

    def look(address: str) -> None:
        assert begun.wait(5)
        until(lambda: status(address) == 503)

    with pytest.raises(Stuck):
        while_running(Worker([Step("one"), Step("stuck", waits)], stuck_seconds=0.5), look, stops=False)
    release.set()


STUCK = """
import threading
from chassis.ground.loops import Loop
from chassis.cli import run_until_stuck
from chassis.processes.worker import Stuck, Worker

class Silent(Loop):
    name = "silent"
    def run_once(self):
        threading.Event().wait()

run_until_stuck(Worker([Silent()], stuck_seconds=0.2))
"""


def test_a_process_whose_worker_is_stuck_ends_so_that_it_is_started_again() -> None:
    ended = subprocess.run([sys.executable, "-c", STUCK], check=False, timeout=60)

    assert ended.returncode == STUCK_STATUS
