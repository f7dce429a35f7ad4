"""Servers that tests run in their own process, on free loopback ports."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from typing import TYPE_CHECKING, Any

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

POLL_SECONDS = 0.01
"""Longest wait of a server that is told to stop: half a second by default, which a test would spend doing nothing."""


@contextmanager
def serving(app: "WSGIApplication", *, keeps_open: bool = False) -> Iterator[str]:
    """Serve a WSGI application; yield its address. `keeps_open`: connections outlive a request (HTTP/1.1)."""
    handler = _QuietKeepingOpen if keeps_open else _Quiet
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=handler)
    with accepting(server):
        yield f"http://127.0.0.1:{server.port}"


@contextmanager
def accepting(server: BaseServer) -> Iterator[None]:
    """Run any socket server in a thread, and close it at the end."""
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Write nothing: the test says what went wrong."""


class _QuietKeepingOpen(_Quiet):
    protocol_version = "HTTP/1.1"
