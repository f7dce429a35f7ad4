"""One RabbitMQ 4 for a whole test run; each test gets a virtual host of its own, with the deployment's definitions."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import requests
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from chassis.amqp.broker import Broker
from deploy.secrets import SERVICES, definitions
from tests.containers import engine
from tests.waiting import until

IMAGE = "rabbitmq:4-management"
OPERATOR = ("operator", "operator-of-this-test")
PASSWORDS = {OPERATOR[0]: OPERATOR[1], **{service: f"{service}-of-this-test" for service in SERVICES}}
START_SECONDS = 120
"""A first start takes a dozen seconds on an idle machine."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class TestBroker:
    virtual_host: str
    host: str
    amqp_port: int
    management: str

    def of(self, service: str) -> Broker:
        """As `service` connects to it."""
        url = f"amqp://{service}@{self.host}:{self.amqp_port}/{self.virtual_host}"
        return Broker(url, PASSWORDS[service], f"{service} in a test")

    def queue(self, name: str) -> dict[str, Any]:
        """What the management API tells of a queue; empty when there is none."""
        answer = self._call("GET", f"queues/{self.virtual_host}/{name}")
        return {} if answer.status_code == 404 else answer.json()

    def delete_queue(self, name: str) -> None:
        self._call("DELETE", f"queues/{self.virtual_host}/{name}").raise_for_status()

    def drop_connections(self, user: str) -> int:
        """Closes the connections of `user`, as an operator can; returns how many there were."""
        found = [each for each in self._call("GET", "connections").json() if each.get("user") == user]
        for connection in found:
            self._call("DELETE", f"connections/{connection['name']}").raise_for_status()
        return len(found)

    def define(self) -> None:
        self._call("POST", "definitions", definitions(PASSWORDS, self.virtual_host)).raise_for_status()

    def forget(self) -> None:
        self._call("DELETE", f"vhosts/{self.virtual_host}").raise_for_status()

    def _call(self, method: str, path: str, body: Any = None) -> requests.Response:
        return requests.request(method, f"{self.management}/api/{path}", auth=OPERATOR, json=body, timeout=30)


@contextmanager
def fresh_broker() -> Iterator[TestBroker]:
    """A virtual host with exchanges, users and permissions, and no queue."""
    host, amqp_port, management = _server()
    broker = TestBroker(f"test-{next(_numbers)}", host, amqp_port, management)
    broker.define()
    try:
        yield broker
    finally:
        broker.forget()


@cache
def _server() -> tuple[str, int, str]:
    """Started by the first test that needs it, and removed with the other containers when the run ends."""
    testcontainers_config.ryuk_disabled = True
    container = DockerContainer(IMAGE, labels=engine.labels(), hostname="rabbitmq")
    container.with_env("RABBITMQ_DEFAULT_USER", OPERATOR[0]).with_env("RABBITMQ_DEFAULT_PASS", OPERATOR[1])
    container.with_exposed_ports(5672, 15672)
    container.start()
    host, management = container.get_container_host_ip(), container.get_exposed_port(15672)
    address = f"http://{host}:{management}"
    until(lambda: _answers(address), within=START_SECONDS)
    return host, int(container.get_exposed_port(5672)), address


def _answers(management: str) -> bool:
    try:
        health = requests.get(f"{management}/api/health/checks/port-listener/5672", auth=OPERATOR, timeout=5)
    except requests.RequestException:
        return False
    return health.ok
