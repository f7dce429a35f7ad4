"""Entry point `python -m embedded.run`: the whole system on this machine, until Ctrl-C."""

import fcntl
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from embedded.run.fleet import fleet
from embedded.run.layout import Layout
from embedded.run.preparation import Failed, prepare
from embedded.run.progress import Progress
from embedded.run.supervisor import STOP_SECONDS, Supervisor

MAX_PORT = 65535 - 104


@click.command()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("var"), show_default=True)
@click.option("--port", type=click.IntRange(1024, MAX_PORT), default=8000, show_default=True, help="the portal's")
@click.option("--forget", "removes_data", is_flag=True, help="delete the data instead of running")
def main(folder: Path, port: int, removes_data: bool) -> None:
    """Run Guichet: identity, structures, espaces, notifier, the gateway and a mailbox."""
    layout, progress = Layout(folder.resolve(), port), Progress()
    try:
        with only_copy(layout):
            if removes_data:
                shutil.rmtree(layout.folder)
                return
            await_end_of_last_run(layout, progress)
            refuse_taken_ports(layout)
            prepare(layout, progress)
            Supervisor(layout, progress).run(fleet(layout))
    except Failed as failed:
        sys.exit(str(failed))


@contextmanager
def only_copy(layout: Layout) -> Iterator[None]:
    """Hold the folder's lock; the operating system frees it however the process ends."""
    layout.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (layout.folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Failed(f"Guichet already runs from {layout.folder}: stop it there with Ctrl-C first.") from None
        yield


def await_end_of_last_run(layout: Layout, progress: Progress) -> None:
    """Wait for the processes of a killed launcher: they end by themselves, after the work in hand."""
    if not layout.state.exists():
        return
    pids = json.loads(layout.state.read_text())["pids"].values()
    with progress.step("the end of a run that was cut off"):
        until = time.monotonic() + STOP_SECONDS
        while time.monotonic() < until and (layout.ports_in_use() or any(_leads_a_session(pid) for pid in pids)):
            time.sleep(0.1)
    layout.state.unlink()


def _leads_a_session(pid: int) -> bool:
    """Return whether the process exists and leads a session, as a launcher's child does.

    Another process with a recycled number rarely does.
    """
    with suppress(ProcessLookupError):
        return os.getsid(pid) == pid
    return False


def refuse_taken_ports(layout: Layout) -> None:
    for name, port in layout.ports_in_use():
        raise Failed(
            f"Port {port}, for {name}, is in use: stop what uses it, or choose others, as `make run PORT=9000` does."
        )


main(prog_name="embedded.run")
