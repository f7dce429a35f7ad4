"""One line per request: the route's pattern and never its path or query, which may hold an id or a token."""

import time

import structlog
from flask import Flask, Response, g, request

from chassis import correlation

log = structlog.get_logger()


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def _begin() -> None:
    g.begun_at = time.perf_counter()
    g.correlation = correlation.bound(request.headers.get(correlation.HEADER))
    g.correlation_id = g.correlation.__enter__()


def _end(response: Response) -> Response:
    response.headers[correlation.HEADER] = g.correlation_id
    log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.begun_at) * 1000, 1),
    )
    return response


def _forget(_error: BaseException | None) -> None:
    if bound := g.pop("correlation", None):
        bound.__exit__(None, None, None)
