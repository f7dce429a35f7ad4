"""What is in an image, and what its processes may do."""

import json
import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.containers import engine
from tests.deploy.conftest import DEPLOY

pytestmark = pytest.mark.containers

SANDBOX = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true")
INSTALLED = "import importlib.metadata as m; print(*sorted(d.name.lower() for d in m.distributions()))"


def docker(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=False)


def run(image: str, *command: str) -> "subprocess.CompletedProcess[str]":
    entrypoint, *rest = command
    sealed = ("--network", "none", *SANDBOX)
    return docker("run", "--rm", *sealed, "--entrypoint", entrypoint, image, *rest)


def build(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return docker("build", "--quiet", "--file", str(DEPLOY / "Dockerfile"), *arguments, str(DEPLOY.parent))


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    """The notifier's, under a name of its own. Its layers are those that an operator builds."""
    name = f"guichet-notifier:tests-{os.getpid()}"
    labels = [part for label in engine.labels().items() for part in ("--label", "=".join(label))]
    done = build("--build-arg", "SERVICE=notifier", "--tag", name, *labels)
    assert done.returncode == 0, done.stderr
    yield name
    docker("rmi", name)


def test_without_a_service_nothing_is_built() -> None:
    done = build()

    assert done.returncode != 0
    assert "which image to build: identity, structures, espaces, notifier, gateway or demo" in done.stderr


def test_it_holds_the_chassis_the_contracts_and_one_service(image: str) -> None:
    folders = run(image, "sh", "-c", "cd /app && ls -d * services/*").stdout.split()

    assert set(folders) - {"services/__pycache__"} == {
        *("chassis", "contracts", "services", "services/__init__.py", "services/notifier")
    }


def test_it_holds_no_tool_of_development_and_no_installer(image: str) -> None:
    installed = run(image, "python", "-c", INSTALLED).stdout.split()

    assert "flask" in installed
    assert {"pip", "uv", "setuptools", "pytest", "mypy", "ruff", "testcontainers", "guichet"} & set(installed) == set()


def test_nothing_in_it_installs_a_library(image: str) -> None:
    found = run(image, "find", "/", "-xdev", "-name", "pip*", "-o", "-xdev", "-name", "ensurepip").stdout.split()

    assert found == []


def test_it_says_which_libraries_it_holds(image: str) -> None:
    installed = set(run(image, "python", "-c", INSTALLED).stdout.split())

    listed = json.loads(run(image, "cat", "/opt/venv/sbom.cdx.json").stdout)

    assert listed["bomFormat"] == "CycloneDX"
    assert installed <= {component["name"].replace("-", "_") for component in listed["components"]} | {
        component["name"] for component in listed["components"]
    }


def test_its_processes_have_no_rights_and_nothing_to_write_to(image: str) -> None:
    probe = "id -u; touch /app/x /opt/venv/x /data/x; grep -h -E '^(CapBnd|NoNewPrivs)' /proc/self/status"

    done = run(image, "sh", "-c", probe)

    assert done.stdout.split() == ["10001", "CapBnd:", "0000000000000000", "NoNewPrivs:", "1"]
    assert done.stderr.count("Read-only file system") == 3


def test_it_starts_without_compiling_anything(image: str) -> None:
    sources = "import pathlib; print(len([*pathlib.Path('/app').rglob('*.py')]))"
    compiled = "import pathlib; print(len([*pathlib.Path('/app').rglob('*.pyc')]))"

    modules = int(run(image, "python", "-c", sources).stdout)

    assert int(run(image, "python", "-c", compiled).stdout) == modules > 0


def test_its_role_is_its_command_and_a_missing_setting_has_its_sentence(image: str) -> None:
    done = docker("run", "--rm", "--network", "none", *SANDBOX, image, "worker", "notifier")

    assert done.returncode == 2
    assert "GUICHET_SMTP_HOST: missing. It is: name or address of the mail server that takes our mails" in done.stderr
