"""Bounds of connections: what has not handed over a whole request holds no thread, and not for long."""

import asyncio
import socket
import struct
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Peer = tuple[str, int]
"""Client address and port of a connection."""

NO_LINGER = struct.pack("ii", 1, 0)
READING_SECONDS = 0.05
LONGEST_HEAD_BYTES = 64 * 1024
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


@dataclass(frozen=True)
class Bounds:
    """Bounds of a server's connections: seconds until a whole head or body has arrived, and how many are open."""

    head_seconds: float
    body_seconds: float
    per_address: int
    in_all: int


@dataclass(eq=False)
class _Open:
    transport: asyncio.Transport
    is_partial: bool = False
    """Whether a part of a request head has arrived."""
    unsent_bytes: int = 0
    """What the client had not yet taken of an answer when it was last looked at."""
    deadline: asyncio.TimerHandle | None = field(default=None, repr=False)


class Connections:
    """Open connections of a server, used in its event loop only.

    Beyond a bound, the connection that has waited longest without a whole request is closed for the new one: a flood
    of idle connections closes its own. Those that were answered before go last, so that people keep theirs.
    """

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._open: dict[Peer, _Open] = {}
        self._counts: dict[str, int] = {}
        self._unanswered: OrderedDict[Peer, None] = OrderedDict()
        self._answered: OrderedDict[Peer, None] = OrderedDict()

    def add(self, peer: Peer, transport: asyncio.Transport) -> None:
        address = peer[0]
        self._open[peer] = _Open(transport)
        self._counts[address] = self._counts.get(address, 0) + 1
        self._unanswered[peer] = None
        self._await_head(peer)
        if self._counts[address] > self.bounds.per_address or len(self._open) > self.bounds.in_all:
            # Not yet: many arrive in one go, and those among them that have a whole request are read first.
            asyncio.get_running_loop().call_later(READING_SECONDS, self._make_room, address)

    def remove(self, peer: Peer) -> None:
        connection = self._open.pop(peer, None)
        if connection is None:
            return
        if connection.deadline is not None:
            connection.deadline.cancel()
        self._counts[peer[0]] -= 1
        if not self._counts[peer[0]]:
            del self._counts[peer[0]]
        self._unanswered.pop(peer, None)
        self._answered.pop(peer, None)

    def note_partial_head(self, peer: Peer, *, is_partial: bool) -> None:
        if connection := self._open.get(peer):
            connection.is_partial = is_partial

    @contextmanager
    def receiving(self, peer: Peer) -> Iterator[None]:
        """Suspend the deadline of the head while a request is read, answered and sent."""
        if (connection := self._open.get(peer)) and connection.deadline is not None:
            connection.deadline.cancel()
            connection.deadline = None
        try:
            yield
        finally:
            if peer in self._open:
                self._await_head(peer)

    @contextmanager
    def answering(self, peer: Peer) -> Iterator[None]:
        """Keep the connection from being closed for another while a thread works for it."""
        self._unanswered.pop(peer, None)
        self._answered.pop(peer, None)
        try:
            yield
        finally:
            if peer in self._open:
                self._answered[peer] = None

    def end(self, peer: Peer) -> None:
        """End a connection at once. An answer that the client does not take is dropped, by the kernel too."""
        if connection := self._open.get(peer):
            if connection.transport.get_write_buffer_size():
                connection.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
                connection.transport.abort()
            else:
                connection.transport.close()
            self.remove(peer)

    def _make_room(self, address: str) -> None:
        if self._counts.get(address, 0) > self.bounds.per_address:
            self._end_longest_waiting(address)
        elif len(self._open) > self.bounds.in_all:
            self._end_longest_waiting(None)

    def _end_longest_waiting(self, address: str | None) -> None:
        for waiting in (self._unanswered, self._answered):
            for peer in waiting:
                if address is None or peer[0] == address:
                    self.end(peer)
                    return

    def _await_head(self, peer: Peer) -> None:
        loop = asyncio.get_running_loop()
        self._open[peer].deadline = loop.call_later(self.bounds.head_seconds, self._end_late, peer)

    def _end_late(self, peer: Peer) -> None:
        connection = self._open[peer]
        unsent = connection.transport.get_write_buffer_size()
        if unsent and unsent != connection.unsent_bytes:  # an answer is on its way, and being taken
            connection.unsent_bytes = unsent
            self._await_head(peer)
            return
        if connection.is_partial and not unsent:
            connection.transport.write(TOO_SLOW)
            connection.transport.close()
            self.remove(peer)
        else:
            self.end(peer)


def protocol_for(connections: Connections) -> type[HttpToolsProtocol]:
    """Return uvicorn's protocol with these bounds; a class, as uvicorn's configuration wants it."""

    class Connection(HttpToolsProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._peer: Peer = transport.get_extra_info("peername")[:2]
            self._head_bytes, self._is_in_head = 0, True
            connections.add(self._peer, transport)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.remove(self._peer)
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self.transport.is_closing():
                return
            super().data_received(data)
            if self._is_in_head:
                self._head_bytes += len(data)
                connections.note_partial_head(self._peer, is_partial=True)
                if self._head_bytes > LONGEST_HEAD_BYTES and not self.transport.is_closing():
                    self.transport.write(HEAD_TOO_LARGE)
                    self.transport.close()

        # The parser calls these two: httptools' documented callbacks.
        def on_message_begin(self) -> None:
            self._head_bytes, self._is_in_head = 0, True
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._is_in_head = False
            connections.note_partial_head(self._peer, is_partial=False)
            super().on_headers_complete()

    return Connection


def peer_of(scope: dict[str, Any]) -> Peer:
    host, port = scope["client"]
    return host, port
