"""The Docker engine that tests start containers on, and the clearing away of those containers.

Testcontainers' own reaper is a container too, from an image of its own; labels do without it. A container of a test run
says which process it belongs to, so that a later run on the same machine removes what a crash has left behind.
"""

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import cache

import docker  # type: ignore[import-untyped]
from docker.errors import DockerException, NotFound  # type: ignore[import-untyped]

LABEL = "guichet.tests"
"""On every container and network of a test run: the number of its pytest process."""
MACHINE_LABEL = "guichet.tests.machine"
"""Where that process runs: its number means nothing elsewhere."""

NO_ENGINE = "no Docker engine answers: start one, or run `make test` as root on Debian, which brings one up"


@cache
def available() -> str | None:
    """Why no container can be started; None when one can."""
    try:
        client = docker.from_env(timeout=5)
    except DockerException:
        return NO_ENGINE
    try:
        client.ping()
    except (DockerException, OSError):
        return NO_ENGINE
    finally:
        client.close()
    return None


def labels() -> dict[str, str]:
    """For whatever this process starts."""
    return {LABEL: str(os.getpid()), MACHINE_LABEL: socket.gethostname()}


def remove_left_behind() -> None:
    """What earlier runs on this machine have started, and their processes cannot remove any more."""
    _remove(lambda pid: not _lives(pid))


def remove_own() -> None:
    """What this process has started and is still there."""
    _remove(lambda pid: pid == os.getpid())


def _remove(whether: Callable[[int], bool]) -> None:
    client = docker.from_env()
    ours = {"label": [LABEL, f"{MACHINE_LABEL}={socket.gethostname()}"]}
    try:
        for container in client.containers.list(all=True, filters=ours, ignore_removed=True):
            if whether(int(container.labels[LABEL])):
                with suppress(NotFound):
                    container.remove(force=True, v=True)
        for network in client.networks.list(filters=ours):
            if whether(int(network.attrs["Labels"][LABEL])):
                with suppress(NotFound):
                    network.remove()
    finally:
        client.close()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
