"""A loop is never ended by a fault, pauses longer each time, and stops cleanly."""

import signal
import subprocess
import sys
import threading

import pytest

from chassis.ground.loops import LONGEST_PAUSE_SECONDS, Loop, keep_running
from chassis.ground.problems import Unavailable

WORKER = """
import os, sys, threading
from chassis.ground.loops import Loop
from chassis.processes.worker import Worker

class Step(Loop):
    name, idle_seconds = "step", 0.01
    def run_once(self):
        os.write(1, b"begun\\n")  # in one piece: the log writes beside it
        release.wait(10)
        os.write(1, b"finished\\n")
        return False

release = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), release.set()), daemon=True).start()
Worker([Step()]).run()
print("stopped", flush=True)
"""


class RecordingStop(threading.Event):
    """Remembers the pauses instead of making them, and says stop after some."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.pauses: list[float] = []
        self._after = after

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0.0)
        if len(self.pauses) == self._after:
            self.set()
        return self.is_set()


class Failing(Loop):
    name, idle_seconds = "failing", 0.5

    def __init__(self, *faults: Exception | None) -> None:
        self._faults = list(faults)

    def run_once(self) -> bool:
        fault = self._faults.pop(0) if len(self._faults) > 1 else self._faults[0]
        if fault:
            raise fault
        return False


def test_a_fault_pauses_a_loop_longer_each_time_up_to_a_limit_and_never_ends_it() -> None:
    stop = RecordingStop(after=10)

    keep_running(Failing(RuntimeError()), stop)

    assert stop.pauses[:3] == [0.1, 0.2, 0.4]
    assert stop.pauses[-1] == LONGEST_PAUSE_SECONDS


def test_a_loop_that_works_again_starts_over_with_short_pauses() -> None:
    stop = RecordingStop(after=4)

    keep_running(Failing(Unavailable(), Unavailable(), None, Unavailable()), stop)

    assert stop.pauses == [0.1, 0.2, 0.5, 0.1]


def test_a_worker_told_to_stop_finishes_the_step_in_hand() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout
        assert worker.stdin
        lines = iter(worker.stdout.readline, "")
        assert any(line == "begun\n" for line in lines)

        worker.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(0.5)
        worker.stdin.write("\n")
        worker.stdin.flush()
        told = list(lines)

    assert [line for line in told if not line.startswith(("{", "2"))] == ["finished\n", "stopped\n"]
    assert worker.returncode == 0
