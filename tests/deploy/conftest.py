"""The deployment as Compose reads it, with settings of the test's own: nothing is started."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy import secrets

DEPLOY = Path(__file__).parents[2] / "deploy"
REQUIRED = {
    "GUICHET_PORTAL_URL": "https://guichet.example",
    "GUICHET_DIRECTORY": "sirene",
    "SMTP_HOST": "smtp.example",
    "SMTP_SENDER": "Guichet <ne-pas-repondre@guichet.example>",
}


def read_by_compose(
    settings: Mapping[str, str], env_file: Path | str = "/dev/null"
) -> "subprocess.CompletedProcess[str]":
    """`docker compose config`, told nothing but `settings` and the file."""
    files = ("--env-file", str(env_file), "--file", str(DEPLOY / "docker-compose.yml"))
    return subprocess.run(
        ["docker", "compose", *files, "config", "--format", "json"],
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def parsed(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    system: dict[str, Any] = json.loads(done.stdout)
    return system


@pytest.fixture(scope="session")
def folder_of_secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deploy") / "secrets"
    secrets.make(folder)
    return folder


@pytest.fixture(scope="session")
def production(folder_of_secrets: Path) -> dict[str, Any]:
    """What an operator gets who says only what has to be said."""
    return parsed(read_by_compose({**REQUIRED, "GUICHET_SECRETS": str(folder_of_secrets)}))


@pytest.fixture(scope="session")
def demo(folder_of_secrets: Path) -> dict[str, Any]:
    return parsed(read_by_compose({"GUICHET_SECRETS": str(folder_of_secrets)}, DEPLOY / "demo.env"))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, folder_of_secrets: Path) -> Callable[[Mapping[str, str | None]], None]:
    """Makes this process's settings those of a container; its secrets are where they are on this machine."""

    def tell(environment: Mapping[str, str | None]) -> None:
        for name in [name for name in os.environ if name.startswith("GUICHET_")]:
            monkeypatch.delenv(name)
        for name, value in environment.items():
            if value is not None:
                monkeypatch.setenv(name, value.replace("/run/secrets", str(folder_of_secrets)))

    return tell
