"""PostgreSQL and RabbitMQ in containers of this bench alone, with their normal durability, removed at its end."""

import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pika
import psycopg
from chassis.events.rabbitmq.broker import Broker
from chassis.events.rabbitmq.transport import DEAD_LETTER_EXCHANGE, EXCHANGE
from pika.exceptions import AMQPError

LABEL = "guichet.bench"
USER = "bench"
START_SECONDS = 90


@dataclass(frozen=True)
class Postgres:
    address: str
    password: str

    def url(self, database: str) -> str:
        """Return the address as SQLAlchemy reads it."""
        return f"postgresql+psycopg://postgres:{self.password}@{self.address}:5432/{database}"

    def dsn(self, database: str) -> str:
        """Return the address as psycopg reads it."""
        return f"postgresql://postgres:{self.password}@{self.address}:5432/{database}"

    def create(self, database: str) -> None:
        """Create an empty database in the place of any before."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'.encode())
            connection.execute(f'CREATE DATABASE "{database}"'.encode())


@dataclass(frozen=True)
class Rabbit:
    address: str
    password: str

    def broker(self) -> Broker:
        return Broker(f"amqp://{USER}@{self.address}:5672/%2F", self.password, "bench")

    def connect(self) -> "pika.BlockingConnection":
        """Open a connection without heartbeats: one that waits for other things cannot answer them."""
        parameters = self.broker().parameters()
        parameters.heartbeat = 0
        return pika.BlockingConnection(parameters)


@contextmanager
def postgres() -> Iterator[Postgres]:
    password = secrets.token_hex(16)
    with _container("postgres:17", f"POSTGRES_PASSWORD={password}") as address:
        server = Postgres(address, password)
        _until_ready(lambda: psycopg.connect(server.dsn("postgres"), connect_timeout=2).close(), (psycopg.Error,))
        yield server


@contextmanager
def rabbit() -> Iterator[Rabbit]:
    password = secrets.token_hex(16)
    settings = (f"RABBITMQ_DEFAULT_USER={USER}", f"RABBITMQ_DEFAULT_PASS={password}")
    with _container("rabbitmq:4-management", *settings) as address:
        broker = Rabbit(address, password)
        _until_ready(lambda: broker.connect().close(), (AMQPError, OSError))
        declare_exchanges(broker)
        yield broker


def declare_exchanges(broker: Rabbit) -> None:
    """Declare the exchanges; in a deployment they come with the broker's definitions."""
    connection = broker.connect()
    channel = connection.channel()
    channel.exchange_declare(EXCHANGE, "topic", durable=True)
    channel.exchange_declare(DEAD_LETTER_EXCHANGE, "direct", durable=True)
    connection.close()


def remove_left_behind() -> None:
    """Remove the containers of a run that was killed."""
    for name in _docker("ps", "--all", "--quiet", "--filter", f"label={LABEL}").split():
        _remove(name)


@contextmanager
def _container(image: str, *variables: str) -> Iterator[str]:
    """Yield the container's address in the engine's network: a published port would have a proxy in between."""
    settings = [part for variable in variables for part in ("--env", variable)]
    name = _docker("run", "--detach", "--hostname", "bench", "--label", LABEL, *settings, image).strip()
    try:
        yield _docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", name).strip()
    finally:
        _remove(name)


def _remove(name: str) -> None:
    _docker("rm", "--force", "--volumes", name)


def _docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout


def _until_ready(attempt: Callable[[], object], faults: tuple[type[Exception], ...]) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            attempt()
        except faults:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)
        else:
            return
