"""What database and broker are told when their authorities are known: nothing, unless the server is the right one."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pika
import pytest
from pika.exceptions import AMQPError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from chassis.events.rabbitmq.broker import Broker
from chassis.ground.settings import DatabaseSettings, Secret, SettingsError
from chassis.storage.database import Database
from tests.kit.certificates import tls_server, write_certificate

PASSWORD = "a-password-of-this-test"
SSL_REQUEST = 8
"""Length of the message by which a client of PostgreSQL asks for TLS."""

Client = Callable[[int, Path | None], None]
Faults = type[Exception] | tuple[type[Exception], ...]


def ask_database(port: int, authorities: Path | None) -> None:
    url = f"postgresql+psycopg://espaces@localhost:{port}/kept"
    settings = DatabaseSettings(database_url=url, database_password=Secret(PASSWORD), database_ca_file=authorities)
    database = Database.of(settings)
    try:
        with database.reading_rows() as connection:
            connection.execute(text("SELECT 1"))
    finally:
        database.dispose()


def ask_broker(port: int, authorities: Path | None) -> None:
    broker = Broker(f"amqp://espaces@localhost:{port}/guichet", PASSWORD, "a client of this test", authorities)
    pika.BlockingConnection(broker.parameters())


def as_postgresql(answer: bytes) -> Callable[[socket.socket], None]:
    def before(client: socket.socket) -> None:
        client.recv(SSL_REQUEST)
        client.sendall(answer)

    return before


def as_rabbitmq(_client: socket.socket) -> None:
    """The first byte is of TLS already."""


BOTH = [
    pytest.param(ask_database, as_postgresql(b"S"), b"kept", OperationalError, id="database"),
    pytest.param(ask_broker, as_rabbitmq, b"AMQP", (AMQPError, OSError), id="broker"),
]


@pytest.mark.parametrize(("ask", "before", "sent", "fault"), BOTH)
def test_a_server_with_a_certificate_of_its_name_is_talked_to_over_tls(
    ask: Client, before: Callable[[socket.socket], None], sent: bytes, fault: Faults, tmp_path: Path
) -> None:
    certificate = write_certificate(tmp_path / "certificate", "localhost")
    with tls_server(certificate, before) as (port, heard), pytest.raises(fault):
        ask(port, certificate)

    assert sent in b"".join(heard)


@pytest.mark.parametrize("host", ["localhost", "elsewhere.example"], ids=["another authority", "another name"])
@pytest.mark.parametrize(("ask", "before", "sent", "fault"), BOTH)
def test_any_other_server_is_told_nothing(
    ask: Client,
    before: Callable[[socket.socket], None],
    sent: bytes,
    fault: Faults,
    host: str,
    tmp_path: Path,
) -> None:
    shown = write_certificate(tmp_path / "shown", host)
    known = shown if host != "localhost" else write_certificate(tmp_path / "known", host)
    with tls_server(shown, before) as (port, heard), pytest.raises(fault):
        ask(port, known)

    assert b"".join(heard) == b""


def test_a_database_server_without_tls_is_told_nothing(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path / "certificate", "localhost")
    with tls_server(certificate, as_postgresql(b"N")) as (port, heard), pytest.raises(OperationalError, match="SSL"):
        ask_database(port, certificate)

    assert heard == []


def test_an_empty_file_of_authorities_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    url = "postgresql+psycopg://espaces@localhost/kept"

    database = Database.of(DatabaseSettings(database_url=url, database_ca_file=tmp_path / "empty"))

    assert "sslmode" not in database.engine.url.query


@pytest.mark.parametrize("name", ["database_ca_file", "broker_ca_file"])
def test_a_file_of_authorities_that_is_not_there_stops_the_process(name: str, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"database_url": "sqlite://", name: tmp_path / "missing"}
    with pytest.raises(SettingsError, match=f"GUICHET_{name.upper()}: cannot be read"):
        DatabaseSettings(**settings)
