"""The deployment, under a name and on ports of its own, and what an operator can do to it."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deploy import secrets
from embedded.run.layout import Layout
from tests.journeys.api import Mailbox
from tests.system import free_port

ROOT = Path(__file__).parents[2]
COMPOSE = ("docker", "compose", "--env-file", "deploy/demo.env", "--file", "deploy/docker-compose.yml")
PREFIX = "guichet-tests-"
SERVICES = secrets.SERVICES
START_SECONDS = 400
"""Building the images included, where a slow machine has none of their layers."""

MAILBOX_SECONDS = 300
"""The mailbox may be down for minutes."""


class CommandFailed(Exception):
    """A command of Docker did not work; the message is what it said."""


@dataclass(frozen=True)
class Deployment:
    project: str
    environment: Mapping[str, str]
    portal_url: str
    mailbox: Mailbox

    @property
    def api_url(self) -> str:
        return f"{self.portal_url}/api/v1"

    def compose(self, *arguments: str, within: float = START_SECONDS) -> str:
        return _run((*COMPOSE, *arguments), self.environment, within)

    def docker(self, command: str, service: str, *options: str) -> str:
        """A command on the one container of a service: kill, start, stop, pause, unpause."""
        return _run(("docker", command, *options, self.container(service)), self.environment, 120)

    def execute(self, service: str, *command: str, within: float = 60) -> str:
        return _run(("docker", "exec", self.container(service), *command), self.environment, within)

    def disconnect(self, service: str, network: str) -> None:
        self._network("disconnect", network, service)

    def connect(self, service: str, network: str) -> None:
        """With the name under which the others know it."""
        self._network("connect", f"--alias={service}", network, service)

    def container(self, service: str, number: int = 1) -> str:
        return f"{self.project}-{service}-{number}"

    def rows(self, service: str, query: str) -> list[dict[str, Any]]:
        """What a query finds in a service's database."""
        return self.rows_of((service,), query)[service]

    def rows_of(self, services: tuple[str, ...], query: str) -> dict[str, list[dict[str, Any]]]:
        """The same query in several databases, with one command: entering a container costs most of it."""
        wrapped = f"SELECT coalesce(json_agg(found), '[]') FROM ({query}) found"
        script = "\n".join(f"\\connect {service}\n{wrapped};" for service in services)
        psql = ("psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres")
        answer = _run(("docker", "exec", "-i", self.container("postgres"), *psql), self.environment, 60, script)
        # A long answer of json_agg has line breaks between its rows.
        return dict(zip(services, _json_values(answer), strict=True))

    def execute_sql(self, service: str, statement: str) -> None:
        self.execute(
            "postgres", "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", service, "-c", statement
        )

    def queues(self) -> dict[str, int]:
        """Messages in each queue, also those on their way to a consumer."""
        listed = self.execute("rabbitmq", "rabbitmqctl", "-q", "list_queues", "-p", "guichet", "--formatter", "json")
        return {queue["name"]: queue["messages"] for queue in json.loads(listed)}

    def mails(self) -> list[dict[str, Any]]:
        """Every mail in the mailbox, with how many times it was delivered."""
        return list(self.mailbox.all())

    def remove_volume(self, name: str) -> None:
        _run(("docker", "volume", "rm", f"{self.project}_{name}"), self.environment, 60)

    def metrics(self, worker: str) -> dict[str, float]:
        """What a worker counts: the name with its labels, and the number."""
        read = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:9100/metrics').read().decode())"
        lines = [line for line in self.execute(worker, "python", "-c", read).splitlines() if line and line[0] != "#"]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    def logs(self, service: str) -> str:
        return _run((*COMPOSE, "logs", "--no-log-prefix", service), self.environment, 60)

    def _network(self, verb: str, *arguments: str) -> None:
        *options, network, service = arguments
        command = ("docker", "network", verb, *options, f"{self.project}_{network}", self.container(service))
        _run(command, self.environment, 60)


@contextmanager
def running_deployment() -> Iterator[Deployment]:
    """Builds what is not built, starts everything, and leaves nothing behind."""
    remove_left_behind()
    with TemporaryDirectory() as folder:
        secrets.make(Path(folder))
        layout = Layout(Path(folder), free_port())
        portal, mailbox = layout.port_of("gateway"), layout.port_of("mailbox")
        environment = {
            **os.environ,
            "COMPOSE_PROJECT_NAME": f"{PREFIX}{os.getpid()}",
            "GUICHET_SECRETS": folder,
            "GUICHET_PORT": str(portal),
            "GUICHET_PORTAL_URL": f"http://127.0.0.1:{portal}",
            "GUICHET_MAILBOX_PORT": str(mailbox),
            # So that the people of a test can come from addresses of their own.
            "GUICHET_PROXIES": "1",
            # Hashing is to cost little: people at work in a fault would else do little besides.
            "GUICHET_ARGON2_TIME_COST": "1",
            "GUICHET_ARGON2_MEMORY_KIB": "1024",
        }
        deployment = Deployment(
            environment["COMPOSE_PROJECT_NAME"],
            environment,
            environment["GUICHET_PORTAL_URL"],
            Mailbox(f"http://127.0.0.1:{mailbox}", MAILBOX_SECONDS),
        )
        try:
            _run(("make", "images"), environment, START_SECONDS)
            deployment.compose("up", "--detach", "--wait")
            yield deployment
        finally:
            deployment.compose("down", "--volumes", "--timeout", "5")


def remove_left_behind() -> None:
    """Deployments of test runs on this machine that a crash has cut off."""
    for project in json.loads(_run(("docker", "compose", "ls", "--all", "--format", "json"), os.environ, 60)):
        owner = project["Name"].removeprefix(PREFIX)
        if owner.isdecimal() and project["Name"] != owner and not Path(f"/proc/{owner}").exists():
            _run(("docker", "compose", "-p", project["Name"], "down", "--volumes", "--timeout", "1"), os.environ, 120)


def _run(command: tuple[str, ...], environment: Mapping[str, str], within: float, text: str | None = None) -> str:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        input=text,
        stdin=subprocess.DEVNULL if text is None else None,
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )
    if done.returncode:
        raise CommandFailed(f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def _json_values(text: str) -> Iterator[Any]:
    decoder, at = json.JSONDecoder(), 0
    text = text.strip()
    while at < len(text):
        value, end = decoder.raw_decode(text, at)
        yield value
        at = end + len(text[end:]) - len(text[end:].lstrip())
