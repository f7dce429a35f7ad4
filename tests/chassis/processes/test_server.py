"""Our HTTP server, on a real socket: clients that are slow, silent, many or malicious cost others nothing."""

import contextlib
import json
import logging
import re
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import requests
from flask import Flask, Response, jsonify, request

from chassis.ground import problems
from chassis.ground.settings import WebSettings
from chassis.processes.server import server_of
from chassis.processes.wsgi_bridge import WAITING_PER_THREAD
from tests.kit.waiting import until

LONGEST_BODY = 100_000
SECONDS = 20
"""Longest wait for what comes at once."""
SOON = 0.3
"""A deadline of the server's that a test waits for."""
HOUR = 3600.0

HALF_HEADS = [b"", b"G", b"GET /live HT", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: guichet\r\nX-A: ", b"\r\n"]
POST = b"POST /length HTTP/1.1\r\nHost: guichet\r\n"
HALF_BODIES = [
    POST + b"Content-Length: 1000\r\n\r\n",
    POST + b"Content-Length: 1000\r\n\r\na",
    POST + b"Transfer-Encoding: chunked\r\n\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
    POST + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n",
]


LARGE = b"GET /large HTTP/1.1\r\nHost: guichet\r\nConnection: close\r\n\r\n"
LARGE_BYTES = 20_000_000
"""More than the buffers of both sockets hold."""
HANG = b"GET /hang HTTP/1.1\r\nHost: guichet\r\nConnection: close\r\n\r\n"


class Under:
    """The server under test, with one thread."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.working, self.release = threading.Event(), threading.Event()
        """A thread has taken a request for /hang; it may end."""

    def hang(self) -> None:
        self.working.set()
        self.release.wait(SECONDS)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self, data: bytes = b"") -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)
        connection.sendall(data)
        return connection

    def is_serving(self) -> bool:
        return requests.get(f"{self.url}/", timeout=SECONDS).text == "here"


def an_app(hang: Callable[[], object]) -> Flask:
    app = Flask("under test")
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    problems.install(app)

    @app.get("/")
    def here() -> str:
        return "here"

    @app.get("/hang")
    def hang_there() -> str:
        hang()
        return "over"

    @app.post("/length")
    def length() -> Response:
        return jsonify(length=len(request.get_data()), headers=dict(request.headers))

    @app.get("/large")
    def large() -> bytes:
        return b"x" * LARGE_BYTES

    return app


@contextmanager
def serving(**changes: Any) -> Iterator[Under]:
    under = Under()
    usual: dict[str, Any] = {"threads": 1, "head_seconds": HOUR, "body_seconds": HOUR}
    app = an_app(under.hang)
    # Port 0 is for tests, so the settings refuse it.
    settings = WebSettings(**{**usual, **changes})
    object.__setattr__(settings, "port", 0)
    server = server_of(app, settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started, within=SECONDS)
        under.port = server.servers[0].sockets[0].getsockname()[1]
        yield under
    finally:
        under.release.set()
        server.should_exit = server.force_exit = True
        thread.join()


@pytest.fixture(scope="module")
def usual() -> Iterator[Under]:
    """A server with deadlines that no test waits for."""
    with serving(connections_per_address=1000) as under:
        yield under


def read(connection: socket.socket) -> bytes:
    """Read until the server ends the connection."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            received += piece
    return received


def statuses(received: bytes) -> list[int]:
    return [int(number) for number in re.findall(rb"HTTP/1\.1 (\d+)", received)]


def close_all(connections: Sequence[socket.socket]) -> None:
    for connection in connections:
        connection.close()


@pytest.mark.parametrize("beginnings", [HALF_HEADS, HALF_BODIES], ids=["heads", "bodies"])
def test_who_has_not_finished_asking_holds_nobody_up(usual: Under, beginnings: list[bytes]) -> None:
    halves = [usual.connect(beginning) for beginning in beginnings * 5]

    assert usual.is_serving()

    close_all(halves)


@pytest.mark.parametrize("beginning", HALF_HEADS[1:])
def test_a_head_that_does_not_arrive_in_time_is_408(beginning: bytes) -> None:
    with serving(head_seconds=SOON) as under, under.connect(beginning) as half:
        assert statuses(read(half)) == [408]


def test_a_silent_connection_is_closed_without_a_word() -> None:
    with serving(head_seconds=SOON) as under, under.connect() as silent, under.connect() as idle:
        idle.sendall(b"GET / HTTP/1.1\r\nHost: guichet\r\n\r\n")

        assert read(silent) == b""
        assert statuses(read(idle)) == [200]


@pytest.mark.parametrize("beginning", HALF_BODIES)
def test_a_body_that_does_not_arrive_in_time_is_408_with_its_sentence(beginning: bytes) -> None:
    with serving(body_seconds=SOON) as under, under.connect(beginning) as half:
        received = read(half)

    assert statuses(received)[-1] == 408
    assert json.loads(received.rpartition(b"\r\n\r\n")[2])["code"] == "too_slow"


def test_who_does_not_read_the_answer_holds_nobody_up(usual: Under) -> None:
    readers = [usual.connect(LARGE) for _ in range(5)]
    for reader in readers:
        reader.recv(1)

    assert usual.is_serving()

    close_all(readers)


def test_an_answer_that_nobody_takes_is_given_up() -> None:
    with serving(body_seconds=SOON) as under, under.connect(LARGE) as reader:
        end = select.poll()
        end.register(reader, select.POLLERR)

        assert end.poll(SECONDS * 1000)


def test_an_answer_that_is_being_taken_is_not_given_up() -> None:
    with serving(head_seconds=SOON) as under, under.connect(LARGE) as reader:
        assert len(read(reader)) > LARGE_BYTES


@pytest.mark.parametrize("bound", ["connections_per_address", "connections"])
def test_beyond_the_bound_the_connection_that_has_waited_longest_makes_room(bound: str) -> None:
    with serving(**{bound: 5}) as under, requests.Session() as person, ExitStack() as stack:
        person.get(under.url, timeout=SECONDS)
        waiting = [stack.enter_context(under.connect(b"GET")) for _ in range(8)]

        assert [read(one) for one in waiting[:4]] == [b""] * 4
        assert person.get(under.url, timeout=SECONDS).text == "here"


def test_a_flood_of_slow_bodies_makes_room_too() -> None:
    with serving(connections=5) as under, ExitStack() as stack:
        slow = [stack.enter_context(under.connect(HALF_BODIES[1])) for _ in range(12)]

        assert [read(one) for one in slow[:5]] == [b""] * 5
        assert under.is_serving()


def test_a_connection_that_a_thread_works_for_is_not_closed_for_another() -> None:
    with serving(connections_per_address=3, threads=2) as under, ExitStack() as stack:
        asked = stack.enter_context(under.connect(HANG))
        assert under.working.wait(SECONDS)
        for _ in range(6):
            stack.enter_context(under.connect(b"GET"))
        assert under.is_serving()
        under.release.set()

        assert statuses(read(asked)) == [200]


def test_whole_requests_beyond_what_may_wait_are_refused_at_once() -> None:
    with serving(connections_per_address=1000, threads=1) as under, ExitStack() as stack:
        asked = [stack.enter_context(under.connect(HANG)) for _ in range(WAITING_PER_THREAD + 5)]
        refused = [statuses(read(one)) for one in asked[WAITING_PER_THREAD:]]
        under.release.set()

        assert refused == [[503]] * 5
        assert [statuses(read(one)) for one in asked[:WAITING_PER_THREAD]] == [[200]] * WAITING_PER_THREAD


@pytest.mark.parametrize("size", [LONGEST_BODY + 1, 3_000_000, 30_000_000])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_too_large_is_413_however_it_is_sent(usual: Under, size: int, chunked: bool) -> None:
    head = POST + (b"Transfer-Encoding: chunked\r\n\r\n" if chunked else f"Content-Length: {size}\r\n\r\n".encode())
    body = f"{size:x}\r\n".encode() + b"a" * size if chunked else b"a" * size
    with usual.connect(head) as large:
        with contextlib.suppress(ConnectionError):  # the server ends what is endless
            large.sendall(body + (b"\r\n0\r\n\r\n" if chunked else b""))
            large.shutdown(socket.SHUT_WR)

        assert statuses(read(large)) in ([413], [])
        assert usual.is_serving()


@pytest.mark.parametrize("length", [LONGEST_BODY, LONGEST_BODY - 1, 0])
def test_a_body_of_the_longest_length_is_read_whole(usual: Under, length: int) -> None:
    plain = requests.post(f"{usual.url}/length", b"a" * length, timeout=SECONDS)
    chunked = requests.post(f"{usual.url}/length", iter([b"a" * length]), timeout=SECONDS)

    assert plain.json()["length"] == chunked.json()["length"] == length


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: guichet\r\n\r\n", 414),
        (b"GET /?" + b"a" * 9000 + b" HTTP/1.1\r\nHost: guichet\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: guichet\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: guichet\r\nA: " + b"a" * 40_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: guichet\r\nA: " + b"a" * 70_000, 431),
        (b"GET /" + b"a" * 70_000, 431),
    ],
    ids=["path", "query", "headers", "header", "endless header", "endless path"],
)
def test_a_head_too_large_is_refused(usual: Under, head: bytes, status: int) -> None:
    with usual.connect(head) as large:
        assert statuses(read(large)) == [status]


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: guichet\r\n\r\n"


@pytest.mark.parametrize(
    "data",
    [
        POST + b"Content-Length: 6\r\n" + CHUNKED,
        POST + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
        POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        POST + b"Content-Length: 3, 3\r\n\r\nabc",
        POST + b"Content-Length: +3\r\n\r\nabc",
        POST + b"Content-Length: -3\r\n\r\nabc",
        POST + b"Content-Length: 0x3\r\n\r\nabc",
        POST + CHUNKED.replace(b"chunked", b"xchunked"),
        POST + CHUNKED.replace(b"chunked", b"chunked, identity"),
        POST + b"Transfer-Encoding: identity\r\n" + CHUNKED,
        POST + CHUNKED.replace(b":", b" :", 1),
        POST + CHUNKED.replace(b": ", b":\r\n ", 1),
        POST + CHUNKED.replace(b": ", b":\x0b", 1),
        POST + CHUNKED.replace(b"\r\n0\r\n", b"\r\nzz\r\n"),
        POST + CHUNKED.replace(b"\r\n0\r\n", b"\r\n-1\r\n"),
        POST + CHUNKED.replace(b"\r\n0\r\n", b"\r\nfffffffffffffffff\r\n"),
        POST + CHUNKED.replace(b"\r\n0\r\n", b"\r\n3;a\nb\r\nabc\r\n0\r\n"),
        POST + CHUNKED.replace(b"\r\n", b"\n"),
        POST.replace(b"1.1", b"1.0") + CHUNKED,
        b"GET / HTTP/1.1\nHost: guichet\n\n",
        b"GET / HTTP/1.1\r\nHost: guichet\r\nA: b\rTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: guichet\r\nHost: elsewhere\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: guichet\r\nA: \x00b\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT elsewhere:80 HTTP/1.1\r\nHost: guichet\r\n\r\n",
    ],
)
def test_what_a_proxy_could_read_in_another_way_is_refused_with_all_after_it(usual: Under, data: bytes) -> None:
    with usual.connect(data) as ambiguous:
        assert statuses(read(ambiguous)) == [400]


def test_a_header_with_an_underscore_is_not_one_with_a_dash(usual: Under) -> None:
    headers = {"X_Forwarded_For": "192.0.2.1", "X-Twice": "a", "X_Twice": "b"}
    answer = requests.post(f"{usual.url}/length", headers=headers, timeout=SECONDS).json()["headers"]

    assert "X-Forwarded-For" not in answer
    assert answer["X-Twice"] == "a"


def test_a_request_that_cannot_be_read_is_not_quoted(usual: Under) -> None:
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign, assignment]
    logger = logging.getLogger("uvicorn.error")
    logger.addHandler(handler)
    logger.disabled = False  # tests of other libraries' logging may have left it so
    try:
        with usual.connect(b"GET /activation/a-secret-token\x00 HTTP/1.1\r\n\r\n") as unreadable:
            assert statuses(read(unreadable)) == [400]
    finally:
        logger.removeHandler(handler)

    assert [record.getMessage() for record in records] == ["Invalid HTTP request received."]


SERVE = """
from tests.chassis.processes.test_server import an_app
from chassis.ground.settings import WebSettings
from chassis.processes.server import serve
from chassis.web.health import draining_of

def build():
    app = an_app(lambda: print("working", flush=True) or input())
    app.add_url_rule("/draining", view_func=lambda: str(draining_of(app).is_set()))
    return app

serve(build, WebSettings(port={port}, threads=2, drain_seconds={drain}))
"""


def test_at_sigterm_the_process_says_so_answers_what_it_has_in_hand_and_ends_well() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    under = Under(port)
    command = [sys.executable, "-c", SERVE.format(port=port, drain=HOUR)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    with process, contextlib.suppress(OSError):
        until(lambda: _answers(under), within=SECONDS)
        asked = under.connect(b"GET /hang HTTP/1.1\r\nHost: guichet\r\n\r\n")
        assert process.stdout.readline() == b"working\n"
        process.send_signal(signal.SIGTERM)
        until(lambda: requests.get(f"{under.url}/draining", timeout=SECONDS).text == "True", within=SECONDS)
        process.send_signal(signal.SIGTERM)  # whoever sends it twice does not want to wait
        process.stdin.write(b"\n")
        process.stdin.flush()

        assert statuses(read(asked)) == [200]
        asked.close()
    assert process.returncode == 0


def _answers(under: Under) -> bool:
    try:
        return under.is_serving()
    except requests.ConnectionError:
        return False
