"""The Docker engine that tests start containers on, and the clearing away of those containers.

Testcontainers' own reaper is a container too, from an image of its own; labels do without it. A container of a test run
says which process it belongs to, so that a later run on the same machine removes what a crash has left behind.
"""

import os
import socket
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial

import docker  # type: ignore[import-untyped]
from docker.errors import DockerException, NotFound  # type: ignore[import-untyped]

LABEL = "guichet.tests"
"""On every container and network of a test run: the number of its pytest process."""
MACHINE_LABEL = "guichet.tests.machine"
"""Where that process runs: its number means nothing elsewhere."""

COMPOSE_LABEL = "com.docker.compose.project"
_PROJECTS = f"guichet-tests-{zlib.crc32(socket.gethostname().encode()):x}-"
"""How the names of Compose projects of this machine's test runs begin."""

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


def project(pid: int | None = None) -> str:
    """Return the name of the Compose project of a process, this one: whatever Compose makes has it in a label."""
    return f"{_PROJECTS}{pid or os.getpid()}"


def remove_left_behind() -> None:
    """Remove what earlier runs on this machine have started, and their processes cannot remove any more."""
    _remove(lambda pid: not _lives(pid))


def remove_own() -> None:
    """Remove what this process has started and is still there."""
    _remove(lambda pid: pid == os.getpid())


def _remove(whether: Callable[[int], bool]) -> None:
    client = docker.from_env()
    try:
        for own_labels, remove in _everything(client):
            if _is_of(own_labels, whether):
                with suppress(NotFound):
                    remove()
    finally:
        client.close()


def _everything(client: docker.DockerClient) -> Iterator[tuple[Mapping[str, str], Callable[[], None]]]:
    """Yield labels and removal of what test runs have made; containers first, for they use the rest."""
    for filters in ({"label": [LABEL, f"{MACHINE_LABEL}={socket.gethostname()}"]}, {"label": COMPOSE_LABEL}):
        for container in client.containers.list(all=True, filters=filters, ignore_removed=True):
            yield container.labels, partial(container.remove, force=True, v=True)
        for network in client.networks.list(filters=filters):
            yield network.attrs["Labels"], network.remove
        for volume in client.volumes.list(filters=filters):
            yield volume.attrs["Labels"], volume.remove
        for image in client.images.list(filters=filters):
            yield image.labels, partial(client.images.remove, image.id, force=True)


def _is_of(labels: Mapping[str, str], whether: Callable[[int], bool]) -> bool:
    """Whether these labels are of a test run on this machine, with a process to which `whether` says yes."""
    project_name = labels.get(COMPOSE_LABEL, "")
    owner = labels.get(LABEL) or (project_name.removeprefix(_PROJECTS) if project_name.startswith(_PROJECTS) else "")
    return owner.isdecimal() and whether(int(owner))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
