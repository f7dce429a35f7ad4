"""What the gateway's connections make of whatever comes back."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from gateway.clients.connection_pool import ConnectionFailed, ConnectionPool, PoolLimits, TransportError
from tests.gateway.stubs import NOBODY, Stub, a_service_that_sends

LIMITS = PoolLimits(connect_seconds=2.0, answer_seconds=2.0, at_once=2)
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def get(url: str) -> bytes:
    return ConnectionPool(url, LIMITS).exchange("GET", "/", {}).body


@contextmanager
def a_service_that_keeps_open(*answers: list[bytes]) -> Iterator[tuple[str, list[socket.socket]]]:
    """Its address and its connections: on each, every request gets the next answer, piece by piece."""
    listening, accepted, waiting = socket.create_server(("127.0.0.1", 0)), [], list(answers)

    def serve() -> None:
        while waiting:
            connection, _ = listening.accept()
            accepted.append(connection)
            while waiting and connection.recv(65536):
                for piece in waiting.pop(0):
                    connection.sendall(piece)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", accepted
    finally:
        thread.join(5)
        for connection in (*accepted, listening):
            connection.close()


@pytest.mark.parametrize(
    "garbage",
    [
        b"hello",
        b"hello\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 fine\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
    ],
)
def test_what_is_no_answer_is_a_fault(garbage: bytes) -> None:
    with a_service_that_sends(garbage) as (url, _), pytest.raises(TransportError) as fault:
        get(url)

    assert not isinstance(fault.value, ConnectionFailed)


def test_nobody_is_told_from_somebody_who_said_too_little() -> None:
    with pytest.raises(ConnectionFailed):
        get(NOBODY)
    with a_service_that_sends(b"") as (url, _), pytest.raises(ConnectionFailed):
        get(url)


def test_an_answer_in_pieces_is_put_together() -> None:
    pieces = [GOOD[:3], GOOD[3:20], GOOD[20:-1], GOOD[-1:]]
    with a_service_that_keeps_open(pieces) as (url, _):
        assert get(url) == b"{}"


def test_an_answer_that_does_not_say_its_length_ends_with_its_connection() -> None:
    with a_service_that_sends(b"HTTP/1.0 200 OK\r\n\r\nall of it") as (url, _):
        assert get(url) == b"all of it"


def test_a_connection_is_used_again_until_it_is_closed() -> None:
    with a_service_that_keeps_open([GOOD], [GOOD], [GOOD]) as (url, accepted):
        connections = ConnectionPool(url, LIMITS)
        connections.exchange("GET", "/", {})
        connections.exchange("GET", "/", {})
        assert len(accepted) == 1

        accepted[0].shutdown(socket.SHUT_RDWR)
        assert connections.exchange("POST", "/", {}, b"{}").status == 200

    assert len(accepted) == 2


def test_a_connection_that_the_service_will_close_is_not_used_again() -> None:
    closing = GOOD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with a_service_that_keeps_open([closing], [GOOD]) as (url, accepted):
        connections = ConnectionPool(url, LIMITS)
        connections.exchange("GET", "/", {})
        connections.exchange("GET", "/", {})

    assert len(accepted) == 2


def test_nothing_is_read_after_an_answer_without_a_body() -> None:
    with a_service_that_keeps_open([b"HTTP/1.1 204 No Content\r\n\r\n"], [GOOD]) as (url, accepted):
        connections = ConnectionPool(url, LIMITS)
        assert connections.exchange("DELETE", "/", {}).body == b""
        assert connections.exchange("GET", "/", {}).body == b"{}"

    assert len(accepted) == 1


def test_a_header_cannot_begin_another(structures: Stub) -> None:
    with pytest.raises(ValueError, match="Invalid header value"):
        ConnectionPool(structures.url, LIMITS).exchange("GET", "/", {"X-Correlation-ID": "a\r\nAuthorization: b"})


def test_a_body_goes_with_its_length(structures: Stub) -> None:
    structures.answer_as_documented("POST", "/structures", Guichet_Recorded="structures:event")

    reply = ConnectionPool(structures.url, LIMITS).exchange("POST", "/structures", {}, b"{}")

    assert (reply.status, reply.headers["guichet-recorded"]) == (201, "structures:event")
    assert (structures.last().body, structures.last().headers["Content-Length"]) == (b"{}", "2")
