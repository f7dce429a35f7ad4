"""Part 6: a page of the portal for 20 people, beside clients that are slow, silent or wait for a service that hangs.

The clients are a process of their own: `python -m bench.slow_clients PORT TOKEN`, until its standard input ends.
"""

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bench import load
from bench.containers import Postgres
from bench.measurement import Effort, Figure, in_turns
from bench.servers import Servers, running

PEOPLE = 20
HALF_HEADS, SLOW_BODIES, HANGING = 1_000, 200, 20
AIM_MS = 300.0
PAGE = load.request("GET", "/")
SLOW = b"POST /connexion HTTP/1.1\r\nHost: bench\r\nContent-Length: 500\r\n\r\n"
SETTLED_SECONDS = 2.0


def measure(postgres: Postgres, effort: Effort) -> Iterator[Figure]:
    with running(postgres) as servers:
        port = servers.ports["gateway"]

        def page() -> float:
            return load.put(port, [PAGE], effort.seconds, connections=PEOPLE).p99

        def page_in_company(asks: str = "") -> float:
            with _company(port, asks):
                return page()

        alone, crowded = in_turns(effort.rounds, page, page_in_company)
        name = (
            f"a page for {PEOPLE} people, p99, beside {HALF_HEADS:,} half request lines and {SLOW_BODIES} slow bodies"
        )
        yield Figure(name, "ms", alone, crowded, AIM_MS, more_is_better=False)
        with _hung(servers, "espaces"):
            alone, crowded = in_turns(effort.rounds, page, lambda: page_in_company(servers.application()))
        yield Figure(
            f"{name}, and {HANGING} that wait for a hung service", "ms", alone, crowded, AIM_MS, more_is_better=False
        )


@contextmanager
def _hung(servers: Servers, name: str) -> Iterator[None]:
    os.kill(servers.pids[name], signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(servers.pids[name], signal.SIGCONT)


@contextmanager
def _company(port: int, token: str) -> Iterator[None]:
    command = [sys.executable, "-m", "bench.slow_clients", str(port), token]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    try:
        time.sleep(SETTLED_SECONDS)
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


class _Client:
    """Connection that begins with `data`, goes on with a byte a second, and is opened again whenever it is closed."""

    def __init__(self, port: int, data: bytes, selector: selectors.BaseSelector, *, goes_on: bool = False) -> None:
        self._port, self._data, self._selector, self._goes_on = port, data, selector, goes_on
        self._open()

    def on_event(self) -> None:
        with suppress(OSError):
            if self._socket.recv(65536):
                return
        self._selector.unregister(self._socket)
        self._socket.close()
        self._open()

    def go_on(self) -> None:
        if self._goes_on:
            with suppress(OSError):
                self._socket.send(b"a")

    def _open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=10)
        self._socket.sendall(self._data)
        self._socket.setblocking(False)
        self._selector.register(self._socket, selectors.EVENT_READ, self)


def main() -> None:
    port, token = int(sys.argv[1]), sys.argv[2]
    selector = selectors.DefaultSelector()
    selector.register(sys.stdin, selectors.EVENT_READ, None)
    asks = load.request("GET", "/api/v1/access?account_id=1&structure_id=1&espace=TIC&permission=MODIFICATION", token)
    clients = [_Client(port, b"GET /live HT", selector) for _ in range(HALF_HEADS)]
    clients += [_Client(port, SLOW, selector, goes_on=True) for _ in range(SLOW_BODIES)]
    clients += [_Client(port, asks.encode(), selector) for _ in range(HANGING if token else 0)]
    next_byte = time.monotonic() + 1
    while True:
        for key, _ in selector.select(0.2):
            if key.data is None:
                return
            key.data.on_event()
        if time.monotonic() >= next_byte:
            next_byte += 1
            for client in clients:
                client.go_on()


if __name__ == "__main__":
    main()
