"""A run of tests leaves nothing behind, however it is stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.kit.waiting import until

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
SECONDS = 60
ENDLESS = """
import os, signal, subprocess, sys, tempfile
from pathlib import Path

def test_without_end():
    sleeper = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    Path({notes!r}).write_text(f"{{os.getpid()}} {{sleeper.pid}} {{tempfile.gettempdir()}}")
    try:
        signal.pause()
    finally:
        Path({tidied!r}).touch()
"""


class Run:
    """A run with one test that does not end by itself: it has a process and a folder."""

    def __init__(self, folder: Path) -> None:
        notes, self.tidied, test = folder / "notes", folder / "tidied", folder / "test_endless.py"
        test.write_text(ENDLESS.format(notes=str(notes), tidied=str(self.tidied)))
        options = ("-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider")
        command = [sys.executable, "-m", "tests.lanes", str(test), *options]
        # A run of its own, not a part of the one that this test belongs to.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(lambda: notes.exists() and notes.read_text(), within=SECONDS)
        pytest_pid, sleeper_pid, own_folder = notes.read_text().split()
        self.pytest_pid, self.sleeper_pid, self.own_folder = int(pytest_pid), int(sleeper_pid), Path(own_folder)

    def has_left_something(self) -> bool:
        pids = (self.pytest_pid, self.sleeper_pid)
        return self.own_folder.exists() or any(map(_lives, pids))


def _lives(pid: int) -> bool:
    """Whether it is there, and more than an entry that nobody has asked for yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path)
    yield run
    run.process.kill()
    run.process.wait()


@contextmanager
def ends_without_a_trace(run: Run) -> Iterator[None]:
    assert run.has_left_something()
    yield
    until(lambda: not run.has_left_something(), within=SECONDS)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_lets_the_tests_tidy_up(endless: Run, number: signal.Signals) -> None:
    with ends_without_a_trace(endless):
        endless.process.send_signal(number)

    assert endless.process.wait(SECONDS) == 130
    assert endless.tidied.exists()


def test_what_a_killed_pytest_leaves_is_removed_by_its_runner(endless: Run) -> None:
    with ends_without_a_trace(endless):
        os.kill(endless.pytest_pid, signal.SIGKILL)

    assert endless.process.wait(SECONDS) == 1


def test_when_the_runner_is_killed_the_tests_tidy_up(endless: Run) -> None:
    endless.process.kill()

    until(endless.tidied.exists, within=SECONDS)
    until(lambda: not endless.own_folder.exists(), within=SECONDS)
    os.kill(endless.sleeper_pid, signal.SIGKILL)
