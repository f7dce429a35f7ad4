"""The whole embedded system, started as `make run` starts it, in a folder and on ports of its own."""

import json
import os
import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from embedded.run.layout import Layout
from tests import tied_to_parent
from tests.kit.waiting import until

START_SECONDS = 240
STOP_SECONDS = 40


@dataclass(frozen=True)
class System:
    layout: Layout
    launcher: "subprocess.Popen[bytes]"

    @property
    def portal_url(self) -> str:
        return self.layout.portal_url

    @property
    def api_url(self) -> str:
        return f"{self.layout.url_of('gateway')}/api/v1"

    @property
    def mailbox_url(self) -> str:
        return self.layout.url_of("mailbox")

    def processes(self) -> dict[str, int]:
        """Name and process id of each, as they are now."""
        pids: dict[str, int] = self._state()["pids"]
        return pids

    def kill(self, name: str) -> None:
        """As `kill -9` does."""
        os.kill(self.processes()[name], signal.SIGKILL)

    def is_ready(self) -> bool:
        """What a launcher that was killed has left behind does not count."""
        state = self._state() if self.layout.state.exists() else {}
        return bool(state.get("ready") and state["pid"] == self.launcher.pid)

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self.layout.state.read_text())
        return state


@contextmanager
def running_system(folder: Path | None = None, port: int | None = None) -> Iterator[System]:
    """Starts it and stops it. With a `folder`, its data stay there."""
    with TemporaryDirectory() as temporary:
        layout = Layout(folder or Path(temporary) / "var", port or free_port())
        layout.folder.mkdir(exist_ok=True)
        with (layout.folder / "launcher.log").open("ab") as log:
            launcher = start(layout, log)
        system = System(layout, launcher)
        try:
            until(lambda: system.is_ready() or launcher.poll() is not None, within=START_SECONDS)
            assert launcher.poll() is None, (layout.folder / "launcher.log").read_text()
            yield system
        finally:
            launcher.send_signal(signal.SIGINT)
            launcher.wait(STOP_SECONDS)


def start(layout: Layout, output: Any) -> "subprocess.Popen[bytes]":
    command = [*tied_to_parent.COMMAND, "embedded.run", "--folder", str(layout.folder), "--port", str(layout.port)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)


def free_port() -> int:
    """A portal's port whose whole family is free, below those that the system gives to outgoing connections."""
    for _ in range(100):
        port = random.randrange(10_000, 30_000)
        if not Layout(Path(), port).ports_in_use():
            return port
    raise AssertionError("no family of free ports")
