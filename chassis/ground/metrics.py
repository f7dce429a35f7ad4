"""Metrics of a worker, and the small server for them: `/metrics` for Prometheus, `/live` for the container."""

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, make_wsgi_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

PUBLISHED = Counter("guichet_events_published", "Events that the transport has taken over from the outbox.")
UNROUTABLE = Counter("guichet_events_unroutable", "Events that the broker returned because no queue wants them.")
APPLIED = Counter("guichet_events_applied", "Events of a producer that were applied or passed over.", ["producer"])
PARKED = Counter("guichet_events_parked", "Events whose handler failed for its own reasons.", ["producer"])
HEALED = Counter("guichet_events_healed", "Events that came from the producer's feed instead.", ["producer"])
REJECTED = Counter(
    "guichet_messages_rejected", "Messages that are no event of ours; they are in the dead-letter queue."
)
FOLLOWED = Gauge("guichet_followed_position", "The position up to which a producer was followed.", ["producer"])
DIVERGED = Gauge(
    "guichet_feed_diverged", "1 while a producer is not followed because its log was restored.", ["producer"]
)
BROKER_LOST = Counter("guichet_broker_lost", "Times that the connection to the broker, or the queue, was lost.")

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


class _Silent(WSGIRequestHandler):
    """Request handler without an access log: a probe every few seconds is not worth a line."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Discard the line."""


def serve(host: str, port: int, is_live: Callable[[], bool]) -> BaseWSGIServer:
    """Start the server in a daemon thread, and return it."""
    show_metrics = make_wsgi_app()

    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/metrics":
            return show_metrics(environ, start_response)  # type: ignore[no-any-return]
        live = environ["PATH_INFO"] == "/live" and is_live()
        start_response("200 OK" if live else "503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"live\n" if live else b"not live\n"]

    server = make_server(host, port, app, threaded=True, request_handler=_Silent)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
