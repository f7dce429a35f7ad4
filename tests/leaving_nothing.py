"""A test run leaves nothing behind, however it ends: its files are in one folder, and a signal lets it tidy up.

A plugin of pytest (`-p tests.leaving_nothing`, in pyproject.toml). What a run that was killed could not remove, the
next one on the machine does: the folder's name has the number of its process, as the labels of containers have.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

PREFIX = "guichet-tests-"
IN_MEMORY, ENOUGH_BYTES = Path("/dev/shm"), 2 << 30


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return  # in the folder of the process that has started it, and stopped by it
    remove_folders_left_behind()
    use_own_folder(config.add_cleanup)
    stop_on_signals()


def use_own_folder(add_cleanup: Callable[[Callable[[], None]], None]) -> None:
    """Make the temporary folder of this process and of what it starts; in memory where there is enough of it."""
    before = os.environ.get("TMPDIR")
    folder = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_parent())

    def remove() -> None:
        tempfile.tempdir = None
        os.environ.pop("TMPDIR")
        if before is not None:
            os.environ["TMPDIR"] = before
        shutil.rmtree(folder, ignore_errors=True)

    os.environ["TMPDIR"] = tempfile.tempdir = folder
    add_cleanup(remove)


def remove_folders_left_behind() -> None:
    for parent in {_parent(), Path(tempfile.gettempdir())}:
        for folder in parent.glob(f"{PREFIX}*"):
            owner = folder.name.removeprefix(PREFIX).partition("-")[0]
            if owner.isdecimal() and not Path(f"/proc/{owner}").exists():
                shutil.rmtree(folder, ignore_errors=True)


def stop_on_signals() -> None:
    """Stop as Ctrl-C does on SIGTERM and SIGHUP too; tidying up is then not interrupted by a second one."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt(signal.Signals(number).name)


def _parent() -> Path:
    """Where the folders are: a nested run's is in that of the run around it."""
    is_free = "TMPDIR" not in os.environ and os.access(IN_MEMORY, os.W_OK)
    if is_free and shutil.disk_usage(IN_MEMORY).free > ENOUGH_BYTES:
        return IN_MEMORY
    return Path(tempfile.gettempdir())
