"""The deployment, under a name and on ports of its own, and what an operator can do to it."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import stamina

from deploy import secrets
from embedded.run.layout import Layout
from tests.containers import engine
from tests.journeys.api import Mailbox
from tests.system import free_port

ROOT = Path(__file__).parents[2]
COMPOSE = ("docker", "compose", "--env-file", "deploy/demo.env", "--file", "deploy/docker-compose.yml")
SERVICES = secrets.SERVICES
START_SECONDS = 900
"""Building the images included, where a slow machine has none of their layers."""

MAILBOX_SECONDS = 300
"""The mailbox may be down for minutes."""


Rows = list[dict[str, Any]]
Question = tuple[str, str]
"""A service, and a query for its database."""


class CommandFailed(Exception):
    """A command of Docker did not work; the message is what it said."""


HICCUPS = ("unable to freeze", "OCI runtime", "device or resource busy", "deadline exceeded")
"""How the engine words a fault that is gone when it is asked again; a container of which many processes are at work
cannot always be paused at once."""


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
        for attempt in stamina.retry_context(on=_is_hiccup, attempts=4, wait_initial=0.5, timeout=None):
            with attempt:
                return _run(("docker", command, *options, self.container(service)), self.environment, 120)
        raise AssertionError("unreachable: the last attempt raises")

    def execute(self, service: str, *command: str, within: float = 60) -> str:
        return _run(("docker", "exec", self.container(service), *command), self.environment, within)

    def disconnect(self, service: str, network: str) -> None:
        self._network("disconnect", network, service)

    def connect(self, service: str, network: str) -> None:
        """With the name under which the others know it."""
        self._network("connect", f"--alias={service}", network, service)

    def container(self, service: str, number: int = 1) -> str:
        return f"{self.project}-{service}-{number}"

    def rows(self, service: str, query: str) -> Rows:
        """Return the rows of a query in a service's database."""
        return self.answers([(service, query)])[service, query]

    def rows_of(self, services: Sequence[str], query: str) -> dict[str, Rows]:
        """Return the rows of one query in several databases."""
        return {service: rows for (service, _), rows in self.answers([(name, query) for name in services]).items()}

    def answers(self, questions: Sequence[Question]) -> dict[Question, Rows]:
        """Return the rows of each query in its service's database, with one command.

        Entering the container is what costs.
        """
        wrapped = "SELECT coalesce(json_agg(answer), '[]') FROM ({query}) answer"
        script = "\n".join(f"\\connect {service}\n{wrapped.format(query=query)};" for service, query in questions)
        psql = ("psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres")
        answer = _run(("docker", "exec", "-i", self.container("postgres"), *psql), self.environment, 60, script)
        # A long answer of json_agg has line breaks between its rows.
        return dict(zip(questions, _json_values(answer), strict=True))

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
    with TemporaryDirectory() as folder:
        secrets.make(Path(folder))
        layout = Layout(Path(folder), free_port())
        portal, mailbox = layout.port_of("gateway"), layout.port_of("mailbox")
        environment = {
            **os.environ,
            "COMPOSE_PROJECT_NAME": engine.project(),
            "GUICHET_SECRETS": folder,
            "GUICHET_PORT": str(portal),
            "GUICHET_PORTAL_URL": f"http://127.0.0.1:{portal}",
            "GUICHET_MAILBOX_PORT": str(mailbox),
            # As if another proxy stood in front: the people of a test come from addresses of their own.
            "GUICHET_PROXIES": "2",
            "GUICHET_TLS_PORT": str(free_port()),
            # Hashing is to cost little: people at work in a fault would else do little besides.
            "GUICHET_ARGON2_TIME_COST": "1",
            "GUICHET_ARGON2_MEMORY_KIB": "1024",
            # An outage of the mail server is over when it is over, and not a quarter of an hour later.
            "GUICHET_MAIL_LONGEST_DELAY_SECONDS": "2",
        }
        deployment = Deployment(
            environment["COMPOSE_PROJECT_NAME"],
            environment,
            environment["GUICHET_PORTAL_URL"],
            Mailbox(f"http://127.0.0.1:{mailbox}", MAILBOX_SECONDS),
        )
        try:
            _run(("make", "images"), environment, START_SECONDS)
            _start(deployment)
            yield deployment
        finally:
            deployment.compose("down", "--volumes", "--timeout", "0")


def _start(deployment: Deployment) -> None:
    """Start all and wait; on a busy machine, Compose gives up on what is unhealthy at first, and is told again."""
    for attempt in stamina.retry_context(on=CommandFailed, attempts=None, timeout=START_SECONDS / 2, wait_max=10):
        with attempt:
            deployment.compose("up", "--detach", "--wait")


def _is_hiccup(error: Exception) -> bool:
    return isinstance(error, CommandFailed) and any(words in str(error) for words in HICCUPS)


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
