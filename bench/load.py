"""Load of HTTP requests over kept-alive connections, from a process of its own: `python -m bench.load`.

It reads a JSON job on standard input and writes its results on standard output. Requests are bytes made beforehand, and
of an answer only status and end are read, so that the load costs less than any server under it: `busy` is this
process's share of processor time, and far from 1 it is not the limit.
"""

import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import cycle

CONNECTIONS = 8
_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Load:
    """Results of a load."""

    per_second: float
    busy: float
    p50: float
    p99: float
    """Milliseconds, as p50."""


class LoadFailed(Exception):
    """Failure because a server did not answer with success, or not at all."""


def request(method: str, path: str, token: str = "", body: object = None) -> str:
    """Return one HTTP/1.1 request, ready to be sent."""
    content = json.dumps(body) if body is not None else ""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"] if content else []
    return "\r\n".join([*lines, "", content])


def put(port: int, requests: Sequence[str], seconds: float, connections: int = CONNECTIONS) -> Load:
    """Put the load on a server of this machine, from another process."""
    job = {"port": port, "requests": list(requests), "seconds": seconds, "connections": connections}
    command = [sys.executable, "-m", "bench.load"]
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=False)
    if done.returncode:
        raise LoadFailed(done.stderr)
    return Load(**json.loads(done.stdout))


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = 0.0

    def send(self, content: bytes) -> None:
        self.received, self.sent_at = b"", time.perf_counter()
        self.socket.sendall(content)

    def answered(self) -> bool:
        """Read from the connection, and return whether the answer is complete."""
        some = self.socket.recv(65536)
        if not some:
            raise LoadFailed("connection closed")
        self.received += some
        head, separator, body = self.received.partition(_END)
        if not separator:
            return False
        if not head.startswith(b"HTTP/1.1 20"):
            raise LoadFailed(self.received.decode(errors="replace"))
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        return len(body) >= int(length)


def _run(port: int, requests: list[str], seconds: float, connections: int) -> Load:
    contents = cycle([content.encode() for content in requests])
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        opened = _Connection(port)
        selector.register(opened.socket, selectors.EVENT_READ, opened)
        opened.send(next(contents))
    times: list[float] = []
    began, used = time.perf_counter(), time.process_time()
    while (now := time.perf_counter()) < began + seconds or not times:
        for key, _ in selector.select(timeout=10):
            connection: _Connection = key.data
            if connection.answered():
                times.append(time.perf_counter() - connection.sent_at)
                connection.send(next(contents))
    times.sort()
    passed = now - began
    return Load(
        per_second=len(times) / passed,
        busy=(time.process_time() - used) / passed,
        p50=1000 * times[len(times) // 2],
        p99=1000 * times[int(len(times) * 0.99)],
    )


if __name__ == "__main__":
    print(json.dumps(asdict(_run(**json.load(sys.stdin)))))
