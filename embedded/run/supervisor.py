"""Supervisor of the processes: it starts them, restarts one that died, and stops them all cleanly."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType

from embedded.run.fleet import Process
from embedded.run.layout import Layout
from embedded.run.preparation import Failed
from embedded.run.progress import Progress

READY_SECONDS = 180
STOP_SECONDS = 20
LOOK_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 0.3
LONGEST_PAUSE_SECONDS = 5.0
WELL_AFTER_SECONDS = 20.0
PR_SET_PDEATHSIG = 1


class Child:
    """Process of the fleet, with the state needed to start it again."""

    def __init__(self, process: Process, layout: Layout) -> None:
        self.process = process
        self._layout = layout
        self.pause = FIRST_PAUSE_SECONDS
        self.restart_at = 0.0
        self.start()

    def start(self) -> None:
        self.started_at = time.monotonic()
        with self._layout.log(self.process.name).open("ab") as log:
            self.running = subprocess.Popen(
                self.process.command,
                env=self.process.environment(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C is for the launcher alone, which then stops its children in peace.
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    def has_died(self) -> bool:
        return self.running.poll() is not None

    def end_group(self) -> None:
        """Kill what is left of the process's group: a child of its own would hold the port."""
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)

    def plan_restart(self) -> float:
        """Return the seconds until the next start: longer each time, unless the process ran well for a while."""
        lived = time.monotonic() - self.started_at
        self.pause = FIRST_PAUSE_SECONDS if lived > WELL_AFTER_SECONDS else self.pause
        planned, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE_SECONDS)
        self.restart_at = time.monotonic() + planned
        return planned


class Supervisor:
    def __init__(self, layout: Layout, progress: Progress) -> None:
        self._layout = layout
        self._progress = progress
        self._stopping = False
        self._children: list[Child] = []

    def run(self, fleet: Sequence[Process]) -> None:
        """Run the fleet until SIGINT or SIGTERM. Raises Failed when it does not become ready."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        try:
            with self._progress.step(f"{len(fleet)} processes"):
                self._children = [Child(process, self._layout) for process in fleet]
                self._write_state(ready=False)
                self._wait_until_ready()
            if not self._stopping:
                self._write_state(ready=True)
                self._announce()
            while not self._stopping:
                self._watch()
                time.sleep(LOOK_SECONDS)
        finally:
            self._end()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + READY_SECONDS
        waiting = [child for child in self._children if child.process.ready]
        while waiting and not self._stopping:
            for child in self._children:
                if child.has_died():
                    raise Failed(
                        f"{child.process.name} did not start; {self._layout.log(child.process.name)} says why."
                    )
            if time.monotonic() > until:
                names = ", ".join(child.process.name for child in waiting)
                raise Failed(f"not ready within {READY_SECONDS} seconds: {names}. See {self._layout.log('x').parent}.")
            waiting = [child for child in waiting if not _answers(str(child.process.ready))]
            time.sleep(LOOK_SECONDS)

    def _watch(self) -> None:
        for child in self._children:
            if not child.has_died():
                continue
            if not child.restart_at:
                # The rest of its group still holds the port, and the next start would fail on it.
                child.end_group()
                pause = child.plan_restart()
                how = f"ended with {child.running.returncode}"
                self._progress.line(f"  {child.process.name} {how}; it starts again in {pause:.1f} s")
            elif time.monotonic() >= child.restart_at:
                child.restart_at = 0.0
                child.start()
                self._write_state(ready=True)

    def _announce(self) -> None:
        progress, url = self._progress, self._layout.url_of
        progress.line()
        progress.line(f"  {progress.bold('Guichet runs.')} Ctrl-C stops it; the data stay in {self._layout.folder}.")
        progress.line(f"    portal         {self._layout.portal_url}")
        progress.line(f"    mailbox        {url('mailbox')}   every mail that the system sends")
        progress.line(f"    API            {self._layout.portal_url}/api/docs")
        progress.line(f"    {progress.dim('captchas are answered with the five characters that they show')}")
        progress.line()

    def _write_state(self, *, ready: bool) -> None:
        state = {
            "ready": ready,
            "portal": self._layout.portal_url,
            "mailbox": self._layout.url_of("mailbox"),
            "pid": os.getpid(),
            "pids": {child.process.name: child.running.pid for child in self._children},
        }
        # Renamed into place: a reader never sees half of it.
        new = self._layout.state.with_suffix(".new")
        new.write_text(json.dumps(state, indent=2))
        new.replace(self._layout.state)

    def _end(self) -> None:
        """Stop the children. Each finishes its work in hand; one that takes too long is killed, and named."""
        self._layout.state.unlink(missing_ok=True)
        if not self._children:
            return
        self._progress.line("  stopping …")
        # First all, then wait for each: they stop side by side, within one limit.
        for child in self._children:
            child.running.terminate()
        until = time.monotonic() + STOP_SECONDS
        for child in self._children:
            try:
                child.running.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.end_group()
                child.running.wait()
                self._progress.line(f"  {child.process.name} did not stop in time and was killed")
        self._progress.line("  stopped; `make run` goes on where it was")


def _answers(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 (our own loopback address)
        return bool(answer.status == 200)
    return False


def _die_with_parent() -> None:
    """Ask Linux to end this child with the launcher, however that happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
