"""Containers are found again by their label, and a run without an engine says what is missing."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import docker  # type: ignore[import-untyped]
import pytest

from tests.containers import engine
from tests.containers.postgres import IMAGE

ROOT = Path(__file__).parents[2]
NOWHERE = {"DOCKER_HOST": "tcp://127.0.0.1:1"}


@pytest.fixture
def client() -> Iterator[docker.DockerClient]:
    client = docker.from_env()
    yield client
    client.close()


def pid_of_the_dead() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


@pytest.mark.containers
def test_what_a_dead_run_has_left_behind_is_removed_and_what_a_living_one_uses_is_not(
    client: docker.DockerClient,
) -> None:
    left = client.containers.create(IMAGE, labels={**engine.labels(), engine.LABEL: str(pid_of_the_dead())})
    used = client.containers.create(IMAGE, labels=engine.labels())
    elsewhere = client.containers.create(IMAGE, labels={**left.labels, engine.MACHINE_LABEL: "another-machine"})
    try:
        engine.remove_left_behind()

        there = {one.id for one in client.containers.list(all=True, ignore_removed=True)}
        assert {left.id, used.id, elsewhere.id} & there == {used.id, elsewhere.id}
    finally:
        used.remove(v=True)
        elsewhere.remove(v=True)


@pytest.mark.containers
def test_networks_and_volumes_of_a_dead_deployment_are_removed_and_those_of_a_living_one_are_not(
    client: docker.DockerClient,
) -> None:
    dead, living = ({engine.COMPOSE_LABEL: engine.project(pid)} for pid in (pid_of_the_dead(), None))
    left = client.networks.create(f"{engine.project()}_left", labels=dead), client.volumes.create(labels=dead)
    used = client.networks.create(f"{engine.project()}_used", labels=living), client.volumes.create(labels=living)
    try:
        engine.remove_left_behind()

        there = {one.id for one in (*client.networks.list(), *client.volumes.list())}
        assert {one.id for one in (*left, *used)} & there == {one.id for one in used}
    finally:
        for one in used:
            one.remove()


@pytest.mark.slow
def test_a_run_on_postgresql_without_an_engine_ends_with_what_to_do() -> None:
    run = pytest_without_an_engine("tests/services/espaces/queries/test_menu.py", "--database", "postgresql")

    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert engine.NO_ENGINE in run.stdout + run.stderr


@pytest.mark.slow
def test_what_needs_containers_is_skipped_without_an_engine() -> None:
    run = pytest_without_an_engine("tests/integration/races/test_captchas.py")

    assert run.returncode == pytest.ExitCode.OK
    assert engine.NO_ENGINE in run.stdout
    assert "passed" not in run.stdout


def pytest_without_an_engine(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--quiet", *arguments]
    return subprocess.run(command, cwd=ROOT, env=NOWHERE, capture_output=True, text=True, timeout=60, check=False)
