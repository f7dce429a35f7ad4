"""HTTP server: gunicorn with threads. At SIGTERM it answers the requests in hand (its sync worker loses them)."""

import logging
from collections.abc import Callable

from flask import Flask
from gunicorn.app.base import BaseApplication

from chassis.ground.settings import WebSettings

GRACE_SECONDS = 8


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, build: Callable[[], Flask], settings: WebSettings) -> None:
        self._build = build
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, object] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": self._settings.threads,
            "graceful_timeout": GRACE_SECONDS,
            "control_socket_disable": True,
            "loglevel": self._settings.log_level.lower(),
            "limit_request_line": 8190,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._build()


class WithoutRequestLines(logging.Filter):
    """Filter for gunicorn's log of unreadable requests: it quotes them, and with them a token in a path."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.getMessage().startswith("Invalid request from"):
            record.msg, record.args = "Invalid request", ()
        return True


def serve(build: Callable[[], Flask], settings: WebSettings) -> None:
    """Answer requests until a signal, in one process with threads, so that memory and metrics are one."""
    logging.getLogger("gunicorn.error").addFilter(WithoutRequestLines())
    _Server(build, settings).run()
