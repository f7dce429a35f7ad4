"""What the deployment's map promises, read as Compose reads it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from chassis.ground.settings import DatabaseSettings, load
from chassis.processes import server, worker
from deploy.secrets import SERVICES
from gateway.settings import Settings as GatewaySettings
from services.espaces.app import SERVICE as ESPACES
from services.identity.app import SERVICE as IDENTITY
from services.notifier.app import SERVICE as NOTIFIER
from services.structures.app import SERVICE as STRUCTURES
from tests.deploy.conftest import REQUIRED, read_by_compose

pytestmark = pytest.mark.containers

SETTINGS: dict[str, type[Any]] = {
    service.name: service.settings for service in (IDENTITY, STRUCTURES, ESPACES, NOTIFIER)
}

OF_THE_MAP = {"host", "port", "proxies"}
"""How the containers reach each other is for nobody to say."""


def containers(system: dict[str, Any], role: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name of the service, and its container of that role."""
    for container in system["services"].values():
        if (container.get("command") or [""])[0] == role:
            yield container["command"][1], container


def published(system: dict[str, Any]) -> dict[str, list[tuple[str, str, int]]]:
    return {
        name: [(port["host_ip"], port["published"], port["target"]) for port in container["ports"]]
        for name, container in system["services"].items()
        if "ports" in container
    }


@pytest.mark.parametrize("name", [*REQUIRED, "GUICHET_SECRETS"])
def test_a_missing_setting_is_refused_with_a_sentence_that_says_what_it_is(name: str, folder_of_secrets: Path) -> None:
    settings = {**REQUIRED, "GUICHET_SECRETS": str(folder_of_secrets), name: ""}

    done = read_by_compose(settings)

    assert done.returncode != 0
    assert re.search(rf"{name} is missing a value: \w+( \S+){{4}}", done.stderr), done.stderr


def test_every_service_has_its_three_roles_and_the_gateway_one(production: dict[str, Any]) -> None:
    for role in ("api", "worker", "migrate"):
        named = {name for name, _ in containers(production, role)}
        assert named - {"gateway"} == set(SERVICES)
    assert production["services"]["gateway"]["command"] == ["api", "gateway"]


PROXY = [("127.0.0.1", "8080", 8080), ("127.0.0.1", "8443", 8443)]


def test_nothing_is_published_but_the_proxy_on_loopback(production: dict[str, Any]) -> None:
    assert published(production) == {"proxy": PROXY}


def test_the_demo_publishes_its_mailbox_too_and_on_loopback_only(demo: dict[str, Any]) -> None:
    assert published(demo) == {
        "proxy": PROXY,
        "mailsink": [("127.0.0.1", "8025", 8025)],
    }


def test_what_is_for_the_demo_is_nowhere_else(production: dict[str, Any], demo: dict[str, Any]) -> None:
    identity = production["services"]["identity"]["environment"]

    assert set(demo["services"]) - set(production["services"]) == {"mailsink", "demo-directory"}
    assert not identity["GUICHET_CAPTCHA_SANDBOX_ANSWER"]
    assert production["services"]["gateway"]["environment"]["GUICHET_SECURE_COOKIES"] == "true"


def test_every_container_is_hardened_and_bounded(demo: dict[str, Any]) -> None:
    for name, container in demo["services"].items():
        assert container["read_only"] is True, name
        assert container["cap_drop"] == ["ALL"], name
        assert container["security_opt"] == ["no-new-privileges:true"], name
        assert "cap_add" not in container, name
        assert "privileged" not in container, name
        assert int(container["mem_limit"]) > 0, name
        assert float(container["cpus"]) > 0, name
        assert container["pids_limit"] > 0, name
        assert container["logging"]["options"].keys() == {"max-size", "max-file"}, name


def test_what_runs_on_comes_back_after_a_crash_and_says_whether_it_is_well(demo: dict[str, Any]) -> None:
    once = {"demo-directory", *(f"{name}-migrate" for name in SERVICES)}

    for name, container in demo["services"].items():
        assert container["restart"] == ("no" if name in once else "unless-stopped"), name
        assert ("test" in container.get("healthcheck", {})) == (name not in once), name
        assert "start_interval" not in container.get("healthcheck", {}), name  # engine 20.10 knows none


def test_each_process_has_longer_to_stop_than_it_takes(production: dict[str, Any]) -> None:
    for _, container in containers(production, "api"):
        assert seconds(container["stop_grace_period"]) > server.GRACE_SECONDS
    for _, container in containers(production, "worker"):
        assert seconds(container["stop_grace_period"]) > worker.STOP_SECONDS


def seconds(duration: str) -> int:
    minutes, rest = re.fullmatch(r"(?:(\d+)m)?(\d+)s", duration).groups()  # type: ignore[union-attr]
    return int(minutes or 0) * 60 + int(rest)


def test_databases_are_migrated_before_anything_reads_them(production: dict[str, Any]) -> None:
    for role in ("api", "worker"):
        for name, container in containers(production, role):
            if name != "gateway":
                condition = container["depends_on"][f"{name}-migrate"]["condition"]
                assert condition == "service_completed_successfully"


def test_only_workers_reach_the_broker_and_only_who_has_to_reaches_outside(demo: dict[str, Any]) -> None:
    on = {
        network: {name for name, container in demo["services"].items() if network in container.get("networks", {})}
        for network in demo["networks"]
    }

    assert on["bus"] == {"rabbitmq", *(f"{name}-worker" for name in SERVICES)}
    assert on["data"] == {"postgres"} | {f"{name}{of}" for name in SERVICES for of in ("", "-worker", "-migrate")}
    assert on["back"] == {"gateway"} | {f"{name}{of}" for name in SERVICES for of in ("", "-worker")}
    assert {name: on[name] for name in ("front", "edge", "mail", "outside")} == {
        "front": {"proxy"},
        "edge": {"proxy", "gateway"},
        "mail": {"notifier-worker", "mailsink"},
        "outside": {"structures", "structures-worker"},
    }
    assert {name for name, network in demo["networks"].items() if network.get("internal")} == {
        "edge",
        "back",
        "data",
        "bus",
    }


@pytest.mark.parametrize("which", ["production", "demo"])
def test_each_process_is_told_what_it_wants_to_know_and_nothing_else(
    which: str,
    request: pytest.FixtureRequest,
    folder_of_secrets: Path,
    told: Callable[[Mapping[str, str | None]], None],
) -> None:
    system = request.getfixturevalue(which)
    (folder_of_secrets / "sirene-key").write_text("given-by-insee-for-this-test")

    for role in ("api", "worker", "migrate"):
        for name, container in containers(system, role):
            told(container["environment"])
            if role == "migrate":
                assert load(DatabaseSettings).database_password is not None
            elif name == "gateway":
                assert load(GatewaySettings).session_secret.reveal()
            else:
                settings = load(SETTINGS[name])
                assert bool(settings.broker_url) == bool(settings.metrics_port) == (role == "worker")


def test_whatever_a_process_can_be_told_the_file_of_settings_can_say(production: dict[str, Any]) -> None:
    for name, settings in {**SETTINGS, "gateway": GatewaySettings}.items():
        passed_on = {
            variable.removeprefix("GUICHET_").removesuffix("_FILE").lower()
            for role in ("api", "worker")
            for container, described in containers(production, role)
            if container == name
            for variable in described["environment"]
        }
        known = {field.name.removesuffix("_file") for field in fields(settings)}
        assert known - passed_on <= OF_THE_MAP, name


def test_each_container_sees_the_secrets_it_is_told_of_and_no_other(demo: dict[str, Any]) -> None:
    for role in ("api", "worker", "migrate"):
        for _, container in containers(demo, role):
            told_of = {
                value.removeprefix("/run/secrets/")
                for name, value in container["environment"].items()
                if name.endswith("_FILE")
            }
            assert {secret["source"] for secret in container["secrets"]} == told_of


def test_each_secret_has_its_file_and_each_file_is_for_something(demo: dict[str, Any], folder_of_secrets: Path) -> None:
    files = {Path(secret["file"]) for name, secret in demo["secrets"].items() if name != "pip-config"}
    made = {path for path in folder_of_secrets.iterdir() if path.name != ".gitignore"}

    assert made - files == {folder_of_secrets / "operator-broker-password"}  # for a person; the broker has its hash
    assert files - made == set()


def test_no_secret_stands_in_an_environment_or_a_command(demo: dict[str, Any], folder_of_secrets: Path) -> None:
    values = [path.read_text() for path in folder_of_secrets.iterdir() if path.stat().st_size > 16]

    text = str(demo)

    assert [value for value in values if value in text] == []
