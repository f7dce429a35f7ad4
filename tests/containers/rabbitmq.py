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

from chassis.events.rabbitmq.broker import HEARTBEAT_SECONDS, Broker
from deploy.secrets import SERVICES, definitions
from tests.containers import engine
from tests.kit.waiting import until

IMAGE = "rabbitmq:4-management"
OPERATOR = ("operator", "operator-of-this-test")
PASSWORDS = {OPERATOR[0]: OPERATOR[1], **{service: f"{service}-of-this-test" for service in SERVICES}}
START_SECONDS = 120
"""A first start takes a dozen seconds on an idle machine."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class BrokerUnderTest:
    virtual_host: str
    host: str
    amqp_port: int
    management: str

    def of(self, service: str, heartbeat_seconds: int = HEARTBEAT_SECONDS) -> Broker:
        """As `service` connects to it."""
        url = f"amqp://{service}@{self.host}:{self.amqp_port}/{self.virtual_host}"
        return Broker(url, PASSWORDS[service], f"{service} in a test", heartbeat_seconds=heartbeat_seconds)

    def queue(self, name: str) -> dict[str, Any]:
        """What the management API tells of a queue; empty when there is none."""
        answer = self._call("GET", f"queues/{self.virtual_host}/{name}")
        return {} if answer.status_code == 404 else answer.json()

    def delete_queue(self, name: str) -> None:
        self._call("DELETE", f"queues/{self.virtual_host}/{name}").raise_for_status()

    def drop_connections(self, user: str) -> None:
        """Closes the connections of `user`, as an operator can."""
        self._call("DELETE", f"connections/username/{user}").raise_for_status()

    @contextmanager
    def without_disk_space(self) -> Iterator[None]:
        """The broker takes no messages: less is free than it wants, or so it believes."""
        _control("set_disk_free_limit", "9999GB")
        try:
            until(lambda: self._has_alarm(), within=15)
            yield
        finally:
            _control("set_disk_free_limit", "50MB")
            until(lambda: not self._has_alarm(), within=30)

    def define(self) -> None:
        self._call("POST", "definitions", definitions(PASSWORDS, self.virtual_host)).raise_for_status()

    def forget(self) -> None:
        self._call("DELETE", f"vhosts/{self.virtual_host}").raise_for_status()

    def _has_alarm(self) -> bool:
        return not self._call("GET", "health/checks/alarms").ok

    def _call(self, method: str, path: str, body: Any = None) -> requests.Response:
        return requests.request(method, f"{self.management}/api/{path}", auth=OPERATOR, json=body, timeout=30)


@contextmanager
def fresh_broker() -> Iterator[BrokerUnderTest]:
    """A virtual host with exchanges, users and permissions, and no queue."""
    host, amqp_port, management = _server()
    broker = BrokerUnderTest(f"test-{next(_numbers)}", host, amqp_port, management)
    broker.define()
    try:
        yield broker
    finally:
        broker.forget()


@cache
def _container() -> DockerContainer:
    """Started by the first test that needs it, and removed with the other containers when the run ends."""
    testcontainers_config.ryuk_disabled = True
    container = DockerContainer(IMAGE, labels=engine.labels(), hostname="rabbitmq")
    container.with_env("RABBITMQ_DEFAULT_USER", OPERATOR[0]).with_env("RABBITMQ_DEFAULT_PASS", OPERATOR[1])
    container.with_exposed_ports(5672, 15672)
    return container.start()


@cache
def _server() -> tuple[str, int, str]:
    """Its host, its port for AMQP, and the address of its management API, once both answer."""
    container = _container()
    host, management = container.get_container_host_ip(), container.get_exposed_port(15672)
    address = f"http://{host}:{management}"
    until(lambda: _answers(address), within=START_SECONDS)
    return host, int(container.get_exposed_port(5672)), address


def _control(*command: str) -> None:
    result = _container().exec(["rabbitmqctl", *command])
    assert result.exit_code == 0, result.output


def _answers(management: str) -> bool:
    try:
        health = requests.get(f"{management}/api/health/checks/port-listener/5672", auth=OPERATOR, timeout=5)
    except requests.RequestException:
        return False
    return health.ok
