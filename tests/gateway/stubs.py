"""Services for the gateway to call: real HTTP servers on this machine that answer what a test tells them to."""

import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

from chassis.ground.problems import problem
from tests.kit.serving import accepting, serving

NOBODY = "http://127.0.0.1:9"
"""An address at which nothing listens."""


@dataclass(frozen=True)
class Received:
    """A request as the service got it."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Stub:
    """Answers 404 to what it was not told to answer."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: dict[tuple[str, str], Callable[[], Response]] = field(default_factory=dict)

    def answer(self, method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> None:
        """From now on; a header `Guichet_Recorded` is sent as `Guichet-Recorded`."""
        self.answer_with(method, path, lambda: _json(body, status, headers))

    def refuse(
        self, method: str, path: str, status: int, code: str, errors: tuple[dict[str, str], ...] = (), **headers: str
    ) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer_with(method, path, lambda: problem(status, code, "An English sentence.", errors, named))

    def answer_with(self, method: str, path: str, respond: Callable[[], Response]) -> None:
        self.answers[method, path] = respond

    def anew(self) -> "Stub":
        """Forget what was received and what to answer."""
        self.received.clear()
        self.answers.clear()
        return self

    def last(self) -> Received:
        return self.received[-1]

    def app(self) -> Flask:
        app = Flask("stub", static_folder=None)
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        for rule in ("/", "/<path:path>"):
            app.add_url_rule(rule, rule, lambda path="": self._respond(), methods=methods)
        return app

    def _respond(self) -> Response:
        query = request.query_string.decode()
        path = request.environ["REQUEST_URI"].partition("?")[0]
        self.received.append(Received(request.method, path, query, dict(request.headers), request.get_data()))
        respond = self.answers.get((request.method, path))
        return respond() if respond else problem(404, "not_found", "There is nothing here.")


@contextmanager
def a_service() -> Iterator[Stub]:
    stub = Stub()
    with serving(stub.app(), keeps_open=True) as stub.url:
        yield stub


@contextmanager
def a_service_that_sends(*chunks: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Its address, and what it was sent: each connection gets the next chunk whatever it asks, and is closed."""
    sent, waiting = [], list(chunks)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            sent.append(self.request.recv(65536))
            self.request.sendall(waiting.pop(0) if waiting else b"")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server, accepting(server):
        yield f"http://127.0.0.1:{server.server_address[1]}", sent


def _json(body: Any, status: int, headers: dict[str, str]) -> Response:
    response = Response(status=status) if body is None else jsonify(body)
    response.status_code = status
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response
