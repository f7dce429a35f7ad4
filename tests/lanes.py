"""Run tests in lanes: `python -m tests.lanes all`, `… quick`, `… faults`, `python -m tests.lanes PATH…`.

A lane is a pytest process. Those of one stage run side by side, the stages one after another. A stage is filled so that
two processors are busy and what waits for the other does not matter.

However the run ends, nothing is left: on a signal every lane is asked to tidy up, whatever its process group still has
is killed, and what a lane that was killed could not remove is removed here.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests import leaving_nothing, tied_to_parent
from tests.containers import engine

WHOLE_SYSTEMS = ("tests/browser", "tests/journeys", "tests/embedded", "tests/deploy", "tests/integration")
PARTS = tuple(f"--ignore={folder}" for folder in WHOLE_SYSTEMS)
ON_EVERY_PROCESSOR = ("--numprocesses=auto", "--dist=worksteal")
SLOWEST = 10
TIDY_SECONDS = 150
"""For a lane that was asked to stop: an embedded system takes up to 40 of them, a deployment a dozen."""
DURATION = re.compile(r"(\d+\.\d+)s (?:call|setup|teardown) +\S+")
NOTHING_TO_RUN = 5
"""Exit status of pytest."""


@dataclass(frozen=True)
class Lane:
    name: str
    arguments: tuple[str, ...]
    needs_engine: bool = False


STAGES: dict[str, tuple[tuple[Lane, ...], ...]] = {
    "all": (
        # ---- Whole systems ------------------------------------------------------------------------------------------
        (
            Lane("containers", (*WHOLE_SYSTEMS, "-m", "containers and not faults_only"), needs_engine=True),
            Lane("embedded", (*WHOLE_SYSTEMS, "-m", "not containers and not faults_only")),
        ),
        # ---- Parts: a service, a page, a function -------------------------------------------------------------------
        (Lane("on SQLite", (*PARTS, *ON_EVERY_PROCESSOR)),),
        (
            Lane(
                "PostgreSQL",
                ("tests/services", "-m", "both_databases", "--database=postgresql", *ON_EVERY_PROCESSOR),
                needs_engine=True,
            ),
        ),
    ),
    "quick": (
        (
            Lane(
                "quick",
                (
                    *PARTS,
                    *ON_EVERY_PROCESSOR,
                    "-m",
                    "not containers and not browser and not system and not slow",
                    "--hypothesis-profile=quick",
                ),
            ),
        ),
    ),
    "faults": (
        (Lane("faults", ("tests/integration/faults",), needs_engine=True),),
        (Lane("kills", ("tests/journeys/test_kills.py",)),),
    ),
}


class Running:
    """A lane under way: what it says is passed on line by line, with its name."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.durations: list[tuple[float, str]] = []
        self.begun = time.monotonic()
        self._process = subprocess.Popen(
            [*tied_to_parent.COMMAND, "pytest", f"--durations={SLOWEST}", *lane.arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=environment(),
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._pass_on)
        self._reader.start()

    def wait(self, seconds: float | None = None) -> int:
        status = self._process.wait(seconds)
        self.end_group()
        self._reader.join()
        return status

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def end_group(self) -> None:
        """Kill what pytest did not end, as when it was killed itself; first each gets a moment to end well."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
                self._await_end_of_group(2)
        self._process.poll()

    def _await_end_of_group(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._process.poll()
            os.killpg(self._process.pid, 0)
            time.sleep(0.05)

    def _pass_on(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            say(f"{self.lane.name:>10} │ {line.rstrip()}")
            if duration := DURATION.match(line):
                self.durations.append((float(duration[1]), line.rstrip()))


def environment() -> dict[str, str]:
    """Return that of this process; Python may keep bytecode, since collecting the tests is mostly importing them."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"COLUMNS": "110"}


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def run(stages: Sequence[Sequence[Lane]]) -> bool:
    """Return whether all tests passed. Raises KeyboardInterrupt once everything has stopped."""
    ended: list[str] = []
    durations: list[tuple[float, str]] = []
    is_good = True
    for lanes in stages:
        running = [Running(lane) for lane in lanes if can_run(lane)]
        try:
            for one in running:
                status = one.wait()
                is_good = is_good and status == 0
                ended.append(f"{one.lane.name:>10}   {time.monotonic() - one.begun:4.0f} s   exit status {status}")
        except KeyboardInterrupt:
            stop(running)
            raise
        durations += [duration for one in running for duration in one.durations]
    say("\n" + "\n".join(line for _, line in sorted(durations, reverse=True)[:SLOWEST]))
    say("\n" + "\n".join(ended))
    return is_good


def can_run(lane: Lane) -> bool:
    reason = engine.available() if lane.needs_engine else None
    if reason:
        say(f"{lane.name:>10} │ left out: {reason}")
    return not reason


def stop(running: Sequence[Running]) -> None:
    say("stopping …")
    for one in running:
        one.interrupt()
    until = time.monotonic() + TIDY_SECONDS
    for one in running:
        try:
            one.wait(max(1.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            one.end_group()


def main(chosen: Sequence[str]) -> int:
    tied_to_parent.tie()
    leaving_nothing.stop_on_signals()
    name = " ".join(chosen)
    stages = STAGES.get(name) or ((Lane(chosen[0].removeprefix("tests/")[-10:], tuple(chosen)),),)
    try:
        return 0 if run(stages) else 1
    except KeyboardInterrupt:
        return 130
    finally:
        leaving_nothing.remove_folders_left_behind()
        if not engine.available():
            engine.remove_left_behind()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
