"""HTTP server: uvicorn in front of a pool of threads, so that slow clients cost a socket and no thread."""

import resource
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

import uvicorn
from flask import Flask

from chassis.ground.settings import WebSettings
from chassis.processes.connections import Bounds, Connections, protocol_for
from chassis.processes.wsgi_bridge import WsgiBridge
from chassis.web import health

GRACE_SECONDS = 8
"""For the requests in hand at the end."""
FILES_BESIDE_CONNECTIONS = 256


class _Server(uvicorn.Server):
    """Server that first says it is not ready, so that a balancer sends nobody any more, and ends after `drain` s."""

    def __init__(self, config: uvicorn.Config, draining: threading.Event, drain: float) -> None:
        super().__init__(config)
        self._draining = draining
        self._drain = drain
        self._end_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig == signal.SIGTERM and not self._draining.is_set():
            self._draining.set()
            self._end_at = time.monotonic() + self._drain
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if self._end_at is not None and time.monotonic() >= self._end_at:
            self.should_exit = True
        return await super().on_tick(counter)


def serve(build: Callable[[], Flask], settings: WebSettings) -> None:
    """Answer requests until a signal, in one process with threads, so that memory and metrics are one."""
    _raise_file_limit(settings.connections + FILES_BESIDE_CONNECTIONS)
    # uvicorn raises the signal that ended it once more when it is done: this is for our exit status to be 0.
    signal.signal(signal.SIGTERM, lambda *_: None)
    server_of(build(), settings).run()


def server_of(app: Flask, settings: WebSettings) -> uvicorn.Server:
    connections = Connections(
        Bounds(
            head_seconds=settings.head_seconds,
            body_seconds=settings.body_seconds,
            per_address=settings.connections_per_address,
            in_all=settings.connections,
        )
    )
    bridge = WsgiBridge(
        app.wsgi_app, connections, threads=settings.threads, longest_body=app.config["MAX_CONTENT_LENGTH"]
    )
    config = uvicorn.Config(
        bridge,
        host=settings.host,
        port=settings.port,
        http=protocol_for(connections),
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=round(settings.head_seconds),
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return _Server(config, health.draining_of(app), settings.drain_seconds)


def _raise_file_limit(needed: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
