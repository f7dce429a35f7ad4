"""HTTP/1.1 with our own services, over connections that are kept open.

As much of it as one hop between two processes of ours needs: a general client library costs the gateway more than
everything else that it does with a call.
"""

import select
import socket
import ssl
import weakref
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

MOST_HEAD = 65_536
"""Bytes of a status line and its headers."""
_AT_ONCE = 65_536
_WITHOUT_BODY = (204, 304)


class WireFault(Exception):
    """No answer, or nothing that can be read as one."""


class ReachedNobody(WireFault):
    """Nobody has begun to answer: there was no connection, or one that was kept open and has just been closed."""


@dataclass(frozen=True)
class Limits:
    """Waits in seconds; `connections` are kept open for reuse, more are opened when needed."""

    connect_seconds: float
    answer_seconds: float
    connections: int


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes


class Connections:
    """To one service. Thread-safe: each exchange has a connection to itself."""

    def __init__(self, base_url: str, limits: Limits) -> None:
        address = urlsplit(base_url)
        self._tls: Final = ssl.create_default_context() if address.scheme == "https" else None
        self._host: Final = address.hostname or ""
        self._address: Final = (self._host, address.port or (443 if self._tls else 80))
        self._sent_first: Final = f" HTTP/1.1\r\nHost: {address.netloc}\r\n"
        self._limits: Final = limits
        self._idle: Final[deque[socket.socket]] = deque()
        weakref.finalize(self, _close_all, self._idle)

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        """Raises ReachedNobody, or another WireFault when something may have been done."""
        sent = self._request(method, target, headers, body)
        connection = self._take()
        try:
            reply = _exchanged(connection, sent)
        except BaseException:
            connection.close()
            raise
        self._give_back(connection, reply)
        return reply

    def _request(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
        """Raises ValueError rather than send a header that would begin another."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if lines.count("\n") != len(headers):
            raise ValueError("a line break in a header")
        length = "" if body is None and method == "GET" else f"Content-Length: {len(body or b'')}\r\n"
        return f"{method} {target}{self._sent_first}{lines}{length}\r\n".encode("latin-1") + (body or b"")

    def _take(self) -> socket.socket:
        while self._idle:
            try:
                kept = self._idle.pop()
            except IndexError:  # another thread was faster
                break
            if not _has_news(kept):
                return kept
            kept.close()
        return self._connect()

    def _connect(self) -> socket.socket:
        try:
            connection = socket.create_connection(self._address, self._limits.connect_seconds)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_hostname=self._host)
        except OSError as error:
            raise ReachedNobody from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(self._limits.answer_seconds)
        return connection

    def _give_back(self, connection: socket.socket, reply: Reply) -> None:
        ends = reply.headers.get("connection", "").lower() == "close" or not _says_its_length(reply)
        if ends or len(self._idle) >= self._limits.connections:
            connection.close()
        else:
            self._idle.append(connection)


def _close_all(connections: deque[socket.socket]) -> None:
    while connections:
        connections.pop().close()


def _has_news(connection: socket.socket) -> bool:
    """On a connection that waits for nothing, that is its end."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


def _exchanged(connection: socket.socket, sent: bytes) -> Reply:
    try:
        connection.sendall(sent)
        received = connection.recv(_AT_ONCE)
    except TimeoutError as error:
        raise WireFault from error
    except OSError as error:
        raise ReachedNobody from error
    if not received:
        raise ReachedNobody
    try:
        return _read(connection, received)
    except (OSError, ValueError) as error:
        raise WireFault from error


def _read(connection: socket.socket, received: bytes) -> Reply:
    """Raises ValueError for what is not HTTP."""
    while b"\r\n\r\n" not in received:
        if len(received) > MOST_HEAD:
            raise ValueError("a head without an end")
        received += _more(connection)
    head, _, rest = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    version, status, *_ = first.split(" ", 2)
    if not version.startswith("HTTP/1."):
        raise ValueError("not HTTP/1")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    reply = Reply(int(status), headers, b"")
    return Reply(reply.status, headers, _body(connection, reply, rest))


def _says_its_length(reply: Reply) -> bool:
    return reply.status in _WITHOUT_BODY or "content-length" in reply.headers


def _body(connection: socket.socket, reply: Reply, received: bytes) -> bytes:
    if reply.status in _WITHOUT_BODY:
        return b""
    if "transfer-encoding" in reply.headers:
        raise ValueError("our services say how long their answers are")
    if not _says_its_length(reply):
        return received + b"".join(iter(lambda: connection.recv(_AT_ONCE), b""))
    length = int(reply.headers["content-length"])
    parts = [received]
    while length > sum(map(len, parts)):
        parts.append(_more(connection))
    return b"".join(parts)[:length]


def _more(connection: socket.socket) -> bytes:
    some = connection.recv(_AT_ONCE)
    if not some:
        raise ValueError("cut short")
    return some
