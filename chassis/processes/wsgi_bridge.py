"""Bridge from an asynchronous server to a WSGI application in a pool of threads.

Ours instead of a2wsgi or asgiref, which take a thread before the body has arrived, and keep it until the client has
taken the answer: a client that sends or reads a byte a second would hold it.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from werkzeug.exceptions import RequestTimeout

from chassis.processes.connections import Connections, Peer, peer_of

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from _typeshed import OptExcInfo

LONGEST_TARGET_BYTES = 8190
LONGEST_HEADERS = 32 * 1024
"""In bytes."""
MOST_HEADERS = 100
MOST_DISCARDED_BYTES = 4 * 1024 * 1024
"""Part of a body too large that is still read, since a client that is cut off while it sends never sees the answer."""
WAITING_PER_THREAD = 32
"""Whole requests that may wait for each thread; whoever comes then is told at once to come again."""
IN_MEMORY_BYTES = 1024 * 1024
PIECE_BYTES = 64 * 1024

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientLeft(Exception):
    """Signal that the client has left before its request was whole."""


@dataclass
class _Answer:
    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: SpooledTemporaryFile[bytes] = field(default_factory=partial(SpooledTemporaryFile, IN_MEMORY_BYTES))

    def start(
        self, status: str, headers: list[tuple[str, str]], _error: "OptExcInfo | None" = None, /
    ) -> Callable[[bytes], object]:
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return self.body.write


class _LateBody(io.RawIOBase):
    """Body that did not arrive in time: whoever reads it gets the error that the application has a sentence for."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> int:
        raise RequestTimeout


@dataclass(frozen=True)
class _Body:
    stream: IO[bytes] | io.RawIOBase
    length: int
    is_whole: bool = True


class WsgiBridge:
    """ASGI application that reads a whole request, bounded in size and time, before a thread is taken for it."""

    def __init__(self, app: "WSGIApplication", connections: Connections, *, threads: int, longest_body: int) -> None:
        """`longest_body` in bytes: of a longer one the application learns the length alone."""
        self._app = app
        self._connections = connections
        self._longest_body = longest_body
        self._threads = ThreadPoolExecutor(threads, "request")
        self._free_places = threads * WAITING_PER_THREAD

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer = peer_of(scope)
        with self._connections.receiving(peer):
            if status := _refusal_of(scope):
                await _send_bare(send, status)
            elif not self._free_places:
                await _send_bare(send, HTTPStatus.SERVICE_UNAVAILABLE)
            else:
                with suppress(ClientLeft):
                    await self._exchange(peer, scope, await self._read(receive), send)

    async def _exchange(self, peer: Peer, scope: Scope, body: _Body, send: Send) -> None:
        self._free_places -= 1
        try:
            with self._connections.answering(peer):
                environ = environ_of(scope, body.stream, body.length)
                answer = await asyncio.get_running_loop().run_in_executor(self._threads, self._run, environ)
        finally:
            self._free_places += 1
        if not body.is_whole:
            answer.headers.append((b"connection", b"close"))
        with answer.body:
            try:
                await _send(send, answer, self._connections.bounds.body_seconds)
            except TimeoutError:
                self._connections.end(peer)

    async def _read(self, receive: Receive) -> _Body:
        """Return the body, or one that says why it is none. Raises ClientLeft."""
        whole, length = bytearray(), 0
        try:
            async with asyncio.timeout(self._connections.bounds.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientLeft
                    length += len(message["body"])
                    if length <= self._longest_body:
                        whole += message["body"]
                    if not message["more_body"]:
                        break
                    if length > MOST_DISCARDED_BYTES:
                        return _Body(io.BytesIO(), length, is_whole=False)
        except TimeoutError:
            return _Body(_LateBody(), 1, is_whole=False)
        return _Body(io.BytesIO(bytes(whole)), length)

    def _run(self, environ: "WSGIEnvironment") -> _Answer:
        """Run the application, in a thread."""
        answer = _Answer()
        pieces = self._app(environ, answer.start)
        try:
            for piece in pieces:
                answer.body.write(piece)
        finally:
            if close := getattr(pieces, "close", None):
                close()
        answer.body.seek(0)
        return answer


def environ_of(scope: Scope, stream: IO[bytes] | io.RawIOBase, length: int) -> "WSGIEnvironment":
    """Return the WSGI environment (PEP 3333) of a request with a body of `length` bytes."""
    host, port = scope["server"]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "RAW_URI": _target_of(scope).decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": stream,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        # X_Forwarded_For would become the same variable as X-Forwarded-For, past a proxy that sets only the latter.
        if b"_" not in name:
            variable = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
            text = value.decode("latin-1")
            environ[variable] = f"{environ[variable]},{text}" if variable in environ else text
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    # The body is whole by now, so its length is known, whatever the sender said of it.
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(length) if length else ""
    return environ


def _refusal_of(scope: Scope) -> HTTPStatus | None:
    """Return the status for a head that no application needs to see."""
    headers = scope["headers"]
    if len(_target_of(scope)) > LONGEST_TARGET_BYTES:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    if len(headers) > MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > LONGEST_HEADERS:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    return HTTPStatus.BAD_REQUEST if _is_ambiguous(scope) else None


def _is_ambiguous(scope: Scope) -> bool:
    """Return whether a proxy before us could read the head in another way (RFC 9112, 3.2 and 6.1)."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    codings = [value.lower() for name, value in scope["headers"] if name == b"transfer-encoding"]
    if scope["http_version"] == "1.0":
        return len(hosts) > 1 or bool(codings)
    return len(hosts) != 1 or codings not in ([], [b"chunked"])


def _target_of(scope: Scope) -> bytes:
    target: bytes = scope["raw_path"]
    return target + b"?" + scope["query_string"] if scope["query_string"] else target


async def _send(send: Send, answer: _Answer, seconds: float) -> None:
    """Send an answer in pieces. Raises TimeoutError when the client does not take one within so many `seconds`."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    piece = answer.body.read(PIECE_BYTES)
    while True:
        following = answer.body.read(PIECE_BYTES) if len(piece) == PIECE_BYTES else b""
        async with asyncio.timeout(seconds):
            await send({"type": "http.response.body", "body": piece, "more_body": bool(following)})
        if not following:
            return
        piece = following


async def _send_bare(send: Send, status: HTTPStatus) -> None:
    """Refuse a request in a line of text, and end the connection."""
    text = f"{status.value} {status.phrase}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),
    ]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", b"2"))
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": text})
