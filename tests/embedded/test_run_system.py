"""The launcher itself: one copy, loopback only, and what happens when something is killed or in the way."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from embedded.run.layout import LOOPBACK, OFFSETS, Layout
from tests.kit.waiting import until
from tests.system import System, free_port, running_system

pytestmark = pytest.mark.system

SECONDS = 60
LOOPBACK_IN_PROC = "0100007F"
LISTENING = "0A"


def test_a_second_copy_says_so_and_starts_nothing(system: System) -> None:
    second = launch(system.layout.folder, free_port())

    assert second.returncode == 1
    assert second.stdout == f"Guichet already runs from {system.layout.folder}: stop it there with Ctrl-C first.\n"


def test_data_are_not_forgotten_while_it_runs(system: System) -> None:
    refused = launch(system.layout.folder, system.layout.port, "--forget")

    assert refused.returncode == 1
    assert "already runs" in refused.stdout
    assert requests.get(f"{system.portal_url}/live", timeout=SECONDS).ok


def test_nothing_listens_beyond_this_machine(system: System) -> None:
    ours = {system.layout.port_of(name) for name in OFFSETS}

    addresses = [address for address, port in listening() if port in ours]

    assert len(addresses) == len(ours)
    assert set(addresses) == {LOOPBACK_IN_PROC}


def test_a_port_in_use_is_named_with_the_remedy_and_nothing_starts(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "var", free_port())
    with socket.create_server((LOOPBACK, layout.port_of("espaces"))):
        refused = launch(layout.folder, layout.port)

    assert refused.returncode == 1
    assert refused.stdout.startswith(f"Port {layout.port_of('espaces')}, for espaces, is in use")
    assert "make run PORT=" in refused.stdout
    assert not layout.ports_in_use()
    assert not layout.state.exists()


def test_data_can_be_forgotten_when_it_does_not_run(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    (folder / "secrets").mkdir(parents=True)

    launch(folder, free_port(), "--forget")

    assert not folder.exists()


def test_a_killed_process_is_started_again_and_the_terminal_says_so(system: System) -> None:
    before = system.processes()["identity api"]

    system.kill("identity api")

    until(lambda: system.processes()["identity api"] != before, within=SECONDS)
    until(lambda: answers(f"{system.layout.url_of('identity')}/ready"), within=SECONDS)
    assert "identity api ended with -9; it starts again in" in (system.layout.folder / "launcher.log").read_text()


def test_after_the_launcher_was_killed_the_next_run_goes_on_and_stopping_that_ends_everything(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with running_system(folder) as first:
        keys, pids = published_keys(first), first.processes().values()
        first.launcher.kill()
        first.launcher.wait()

        with running_system(folder, first.layout.port) as second:
            assert not [pid for pid in pids if exists(pid)]
            assert published_keys(second) == keys

            pids = second.processes().values()
            second.launcher.send_signal(signal.SIGTERM)

            assert second.launcher.wait(SECONDS) == 0
            assert not [pid for pid in pids if exists(pid)]
            assert not second.layout.ports_in_use()


def launch(folder: Path, port: int, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "embedded.run", "--folder", str(folder), "--port", str(port), *options]
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False
    )


def published_keys(system: System) -> Any:
    return requests.get(f"{system.layout.url_of('identity')}/.well-known/jwks.json", timeout=SECONDS).json()


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=SECONDS).ok
    except requests.ConnectionError:
        return False


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def listening() -> list[tuple[str, int]]:
    """Address and port of each socket that listens on this machine, as the kernel tells them."""
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    local = [line[1].split(":") for line in lines if line[3] == LISTENING]
    return [(address, int(port, 16)) for address, port in local]
