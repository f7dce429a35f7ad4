"""Services for the gateway to call: real HTTP servers on this machine that answer as a test sets them up.

Answers and refusals are checked against the service's OpenAPI document when they are set up.
"""

import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask, Response, jsonify, request

from chassis.ground.problems import problem
from tests.gateway.documented import check_answer, check_refusal, example_answer
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
    """Stand-in for a service. Answers 404 to every request that was not set up."""

    service: str
    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: dict[tuple[str, str], Callable[[], Response]] = field(default_factory=dict)

    def answer(self, method: str, path: str, body: object = None, status: int = 200, **headers: str) -> None:
        """Answer so from now on; a header `Guichet_Recorded` is sent as `Guichet-Recorded`."""
        check_answer(self.service, method, path, status, body)
        self.answer_with(method, path, lambda: _json(body, status, headers))

    def answer_as_documented(self, method: str, path: str, **headers: str) -> None:
        """Answer with the smallest body that the document allows, for tests of the request alone."""
        status, body = example_answer(self.service, method, path)
        self.answer(method, path, body, status, **headers)

    def refuse(
        self, method: str, path: str, status: int, code: str, errors: tuple[dict[str, str], ...] = (), **headers: str
    ) -> None:
        check_refusal(self.service, method, path, status, code)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer_with(method, path, lambda: problem(status, code, "An English sentence.", errors, named))

    def answer_with(self, method: str, path: str, respond: Callable[[], Response]) -> None:
        """Answer unchecked, for what no document has: garbage, slowness, files, codes of a later version."""
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
def a_service(name: str) -> Iterator[Stub]:
    stub = Stub(name)
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


def _json(body: object, status: int, headers: dict[str, str]) -> Response:
    response = Response(status=status) if body is None else jsonify(body)
    response.status_code = status
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response
