"""One line per request: the route's pattern and never its path or query, which may hold an id or a token.

Around the application and not in its hooks, which would cost a short request a sixth of its time.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from flask import Flask

from chassis.ground import correlation

_CORRELATION = f"HTTP_{correlation.HEADER.upper().replace('-', '_')}"

log = structlog.get_logger()


def install(app: Flask) -> None:
    """Each request also carries a correlation id, its sender's or a new one, which the answer tells."""
    answer = app.wsgi_app

    def answer_and_tell(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        begun_at = time.perf_counter()
        with correlation.bound(environ.get(_CORRELATION)) as correlation_id:

            def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
                headers.append((correlation.HEADER, correlation_id))
                log.info(
                    "request",
                    method=environ["REQUEST_METHOD"],
                    route=_route(environ),
                    status=int(status[:3]),
                    milliseconds=round((time.perf_counter() - begun_at) * 1000, 1),
                )
                return start_response(status, headers, *exc_info)

            return answer(environ, start)

    app.wsgi_app = answer_and_tell  # type: ignore[method-assign]


def _route(environ: dict[str, Any]) -> str | None:
    """None where no route was found."""
    rule = environ["werkzeug.request"].url_rule
    return rule.rule if rule else None
