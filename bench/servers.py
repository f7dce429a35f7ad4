"""Servers under measurement, as they run in a deployment, on ports of this bench alone.

All of them run during the whole part, but only one is under load at a time; waiting costs nothing.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from chassis.storage import migrations
from services.identity.factors import encryption_at_rest
from services.identity.tokens import signing_keys
from services.identity.tokens.access_tokens import AccessTokens
from services.identity.tokens.signing_keys import SigningKeys

from bench.containers import Postgres

START_SECONDS = 60
STOP_SECONDS = 20
_GUICHET = (sys.executable, "-m", "chassis")


class NotStarted(Exception):
    """Failure of a process to start; the message is its log."""


@dataclass(frozen=True)
class Servers:
    """Port and process of each server, and tokens for their callers."""

    ports: Mapping[str, int]
    pids: Mapping[str, int]
    tokens: AccessTokens

    def person(self, account_id: int) -> str:
        return self.tokens.for_person(account_id, session_id=account_id).value

    def application(self) -> str:
        """Return the token of a service that asks for others' rights."""
        return self.tokens.for_service("notifier", ["access.check"]).value


@contextmanager
def running(postgres: Postgres) -> Iterator[Servers]:
    """Run identity, espaces and gateway, and the bare floors beside them, on new databases."""
    keys = json.dumps({"keys": [signing_keys.new_signing_key()]})
    for service in ("identity", "espaces"):
        postgres.create(service)
        migrations.migrate(service, postgres.url(service))
    ports = {name: _free_port() for name in ("identity", "espaces", "gateway", "bare identity", "bare espaces")}
    with TemporaryDirectory() as folder, ExitStack() as stack:
        pids = {
            name: stack.enter_context(_process(command, settings, ports[name], Path(folder) / f"{name}.log"))
            for name, command, settings in _processes(postgres, ports, keys)
        }
        hours = timedelta(hours=6)
        yield Servers(ports, pids, AccessTokens(SigningKeys(keys), person=hours, service=hours))


def _processes(
    postgres: Postgres, ports: Mapping[str, int], keys: str
) -> Iterator[tuple[str, tuple[str, ...], dict[str, str]]]:
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    secret_of = {f"CLIENT_SECRET_{name}": secrets.token_hex(16) for name in ("STRUCTURES", "ESPACES", "NOTIFIER")}
    settings_of = {
        "identity": {
            "DATABASE_URL": postgres.url("identity"),
            "SIGNING_KEYS": keys,
            "ENCRYPTION_KEYS": encryption_at_rest.new_encryption_key(),
            "PORTAL_URL": urls["gateway"],
            **secret_of,
        },
        "espaces": {
            "DATABASE_URL": postgres.url("espaces"),
            "IDENTITY_URL": urls["identity"],
            "CLIENT_SECRET": secret_of["CLIENT_SECRET_ESPACES"],
        },
        "gateway": {
            "IDENTITY_URL": urls["identity"],
            "STRUCTURES_URL": urls["identity"],  # asked for nothing here
            "ESPACES_URL": urls["espaces"],
            "NOTIFIER_URL": urls["identity"],
            "PORTAL_URL": urls["gateway"],
            "SESSION_SECRET": secrets.token_hex(16),
        },
    }
    for name, settings in settings_of.items():
        yield name, (*_GUICHET, "api", name), {**settings, "PORT": str(ports[name])}
    for name in ("identity", "espaces"):
        bare = f"bare {name}"
        yield bare, (sys.executable, "-m", "bench.bare", str(ports[bare]), postgres.dsn(name)), {}


@contextmanager
def _process(command: tuple[str, ...], settings: Mapping[str, str], port: int, log: Path) -> Iterator[int]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    environment = inherited | {f"GUICHET_{name}": value for name, value in settings.items()}
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        _until_answering(process, port, log)
        yield process.pid
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _until_answering(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/live", timeout=2).close()
        except urllib.error.HTTPError:
            return  # a floor has no such route, but answers
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise NotStarted(log.read_text()) from None
            time.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
