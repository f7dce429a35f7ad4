"""What the launcher prepares and tells, before anything runs."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from chassis.ground.settings import load
from embedded.run.fleet import Process, fleet
from embedded.run.layout import LOOPBACK, OFFSETS, Layout
from embedded.run.preparation import make_secrets
from embedded.run.supervisor import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, Child
from gateway.settings import Settings as GatewaySettings
from services.espaces.app import SERVICE as ESPACES
from services.identity.app import SERVICE as IDENTITY
from services.notifier.app import SERVICE as NOTIFIER
from services.structures.app import SERVICE as STRUCTURES

SETTINGS: dict[str, type[Any]] = {
    "gateway": GatewaySettings,
    **{service.name: service.settings for service in (IDENTITY, STRUCTURES, ESPACES, NOTIFIER)},
}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path, 20_000)


def test_each_process_is_told_what_its_service_wants_to_know_and_nothing_else(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_secrets(layout)

    for process in fleet(layout):
        if "mail" in process.name:
            continue
        with monkeypatch.context() as environment:
            for name, value in process.environment(os.environ).items():
                environment.setenv(name, value)
            settings = load(SETTINGS[process.name.split()[0]])
        assert settings.port == layout.port_of(process.name.split()[0])


def test_settings_of_the_shell_do_not_reach_the_fleet() -> None:
    process = Process("identity api", ("true",), {"PORT": "1"})

    environment = process.environment({"GUICHET_LOG_LEVEL": "DEBUG", "PATH": "/bin"})

    assert environment == {"PATH": "/bin", "GUICHET_PORT": "1"}


def test_secrets_are_made_once_and_are_their_owners_alone(layout: Layout) -> None:
    make_secrets(layout)
    first = {path: path.read_text() for path in layout.secret("").iterdir()}

    make_secrets(layout)

    assert {path: path.read_text() for path in layout.secret("").iterdir()} == first
    assert {path.name for path in first} == {
        "structures",
        "espaces",
        "notifier",
        "session",
        "signing-keys",
        "encryption-keys",
    }
    assert {path.stat().st_mode & 0o777 for path in first} == {0o600}
    assert layout.secret("").stat().st_mode & 0o777 == 0o700


def test_no_two_processes_share_a_port() -> None:
    assert len(set(OFFSETS.values())) == len(OFFSETS)


def test_a_port_in_use_is_found_with_the_name_of_who_wants_it() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]

        in_use = Layout(Path(), port - OFFSETS["espaces"]).ports_in_use()

    assert ("espaces", port) in in_use


def test_a_process_that_dies_again_and_again_waits_longer_each_time_within_bounds(layout: Layout) -> None:
    layout.log("").parent.mkdir()
    child = Child(Process("hasty", ("false",)), layout)

    pauses = [child.plan_restart() for _ in range(10)]
    child.running.wait()

    assert pauses[0] == FIRST_PAUSE_SECONDS
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_SECONDS
