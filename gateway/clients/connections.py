"""Connections to one service, kept open and used again.

The standard library's client with a pool around it: what urllib3 does beyond that, a hop between our own processes does
not need, and pays for at every call.
"""

import select
import weakref
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPSConnection, RemoteDisconnected
from typing import Final
from urllib.parse import urlsplit


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
    headers: HTTPMessage
    body: bytes


class Connections:
    """To one service. Thread-safe: each exchange has a connection to itself."""

    def __init__(self, base_url: str, limits: Limits) -> None:
        address = urlsplit(base_url)
        self._open: Final = HTTPSConnection if address.scheme == "https" else HTTPConnection
        self._address: Final = (address.hostname or "", address.port)
        self._limits: Final = limits
        self._idle: Final[deque[HTTPConnection]] = deque()
        weakref.finalize(self, _close_all, self._idle)

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        """Raises ReachedNobody, or another WireFault when something may have been done."""
        connection = self._take()
        try:
            reply = _exchanged(connection, method, target, headers, body)
        except BaseException:
            connection.close()
            raise
        self._give_back(connection)
        return reply

    def _take(self) -> HTTPConnection:
        with suppress(IndexError):  # another thread may be faster
            while True:
                kept = self._idle.pop()
                if not _has_news(kept):
                    return kept
                kept.close()
        return self._connect()

    def _connect(self) -> HTTPConnection:
        connection = self._open(*self._address, timeout=self._limits.connect_seconds)
        try:
            connection.connect()
        except OSError as error:
            raise ReachedNobody from error
        connection.sock.settimeout(self._limits.answer_seconds)
        return connection

    def _give_back(self, connection: HTTPConnection) -> None:
        """The library has closed it already when the service said that it would."""
        if len(self._idle) >= self._limits.connections:
            connection.close()
        elif connection.sock is not None:
            self._idle.append(connection)


def _close_all(connections: deque[HTTPConnection]) -> None:
    while connections:
        connections.pop().close()


def _has_news(connection: HTTPConnection) -> bool:
    """On a connection that waits for nothing, that is its end."""
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))


def _exchanged(
    connection: HTTPConnection, method: str, target: str, headers: Mapping[str, str], body: bytes | None
) -> Reply:
    try:
        connection.request(method, target, body, headers)
        response = connection.getresponse()
    except (RemoteDisconnected, ConnectionError) as error:
        raise ReachedNobody from error
    except (OSError, HTTPException) as error:
        raise WireFault from error
    try:
        return Reply(response.status, response.headers, response.read())
    except (OSError, HTTPException, ValueError) as error:
        raise WireFault from error
