"""A wire between a client and the broker that can be cut, and stopped without a word, at a chosen moment."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from chassis.events.rabbitmq.broker import Broker
from tests.kit.waiting import until

HEARTBEAT = b"\x08\x00\x00\x00\x00\x00\x00\xce"
PIECE = 65536


@dataclass
class Pair:
    client: socket.socket
    broker: socket.socket
    is_cut: bool = False

    def cut(self) -> None:
        self.is_cut = True
        for end in (self.client, self.broker):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Proxy:
    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.heartbeats = 0
        """Those that clients have sent."""
        self._cut_after: int | None = None
        self._flows = threading.Event()
        self._flows.set()
        self._pairs: list[Pair] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def in_front_of(self, broker: Broker) -> Broker:
        """The same broker, reached through here."""
        user, virtual_host = broker.url.split("//")[1].split("@")[0], broker.url.rpartition("/")[2]
        return replace(broker, url=f"amqp://{user}@127.0.0.1:{self.port}/{virtual_host}")

    @property
    def open(self) -> int:
        """How many connections there are now."""
        return sum(not pair.is_cut for pair in self._pairs)

    def cut(self, *, after: int = 0) -> None:
        """Every connection, once clients have sent `after` bytes more."""
        if after:
            self._cut_after = after
        else:
            for pair in self._pairs:
                pair.cut()

    def freeze(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self._flows.clear()

    def refuse(self) -> None:
        """Ends, and lets nobody in again."""
        self._listener.close()
        self.cut()

    def close(self) -> None:
        self._flows.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(5)
        for pair in self._pairs:
            pair.client.close()
            pair.broker.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            pair = Pair(client, socket.create_connection(self._target))
            self._pairs.append(pair)
            self.connections += 1
            for source, sink in ((pair.client, pair.broker), (pair.broker, pair.client)):
                thread = threading.Thread(target=self._carry, args=(pair, source, sink))
                self._threads.append(thread)
                thread.start()

    def _carry(self, pair: Pair, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                self._flows.wait()
                if source is pair.client:
                    piece = self._counted(pair, piece)
                sink.sendall(piece)
        pair.cut()

    def _counted(self, pair: Pair, piece: bytes) -> bytes:
        self.heartbeats += piece.count(HEARTBEAT)
        if self._cut_after is None:
            return piece
        kept, self._cut_after = piece[: self._cut_after], self._cut_after - len(piece)
        if self._cut_after <= 0:
            self._cut_after = None
            pair.broker.sendall(kept)
            pair.cut()
        return kept


@contextmanager
def a_proxy(host: str, port: int) -> Iterator[Proxy]:
    proxy = Proxy(host, port)
    try:
        yield proxy
    finally:
        proxy.close()


def a_few_heartbeats(proxy: Proxy) -> None:
    """Waits until three intervals have passed: a client sends two in each."""
    before = proxy.heartbeats
    until(lambda: proxy.heartbeats >= before + 6, within=20)
