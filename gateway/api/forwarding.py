"""The one view of the public API: checks what needs no service, then passes the call on."""

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import quote

from flask import Response, current_app, request

from gateway import current_person, personal_data
from gateway.api import contracts
from gateway.api.routes import Obstacles, Route
from gateway.clients import clients
from gateway.clients.base import Call, path
from gateway.errors import Refused

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]{1,8000})", re.IGNORECASE)
_KEPT_IN_QUERY = "%&=+;,/?:@!$'()*"
_DOTS = {".", ".."}


def forwarding(route: Route) -> Callable[..., Response]:
    """The view of one row of the table."""
    described = contracts.operation(route)
    secured, with_body = contracts.needs_token(described), contracts.takes_json(described)

    def forward(**parameters: str) -> Response:
        if not _DOTS.isdisjoint(parameters.values()):
            raise Refused(404, "not_found")
        if request.method != "GET" and (request.content_length or 0) > current_app.config["MAX_CONTENT_LENGTH"]:
            raise Refused(413, "too_large")
        if secured:
            current_person.set_access_token(_bearer())
        if route.also:
            return personal_data.as_file(route.services, route.path)
        if route.unless:
            _check(route.unless)
        call = Call(
            route.method,
            path(route.path, **parameters),
            _query(),
            _json_body() if with_body else None,
            public=not secured,
        )
        answer = clients().of(route.service).exchange(call)
        return _passed_on(answer.status, answer.body, answer.content_type)

    return forward


def _check(obstacles: Obstacles) -> None:
    if clients().of(obstacles.service).get(obstacles.path)["items"]:
        raise Refused(409, obstacles.code)


def _bearer() -> str:
    match = _BEARER.fullmatch(request.headers.get("Authorization", "").strip())
    if not match:
        raise Refused(401, "unauthenticated")
    return match[1]


def _query() -> str:
    """As it was sent: the service reads it, and says what is wrong with it."""
    return quote(request.query_string, safe=_KEPT_IN_QUERY)


def _json_body() -> bytes:
    """The body, once it is sure that it is JSON in UTF-8."""
    if request.mimetype != "application/json" or not _is_utf_8(request.mimetype_params.get("charset", "utf-8")):
        raise Refused(415, "unsupported_media_type")
    body = request.get_data(cache=False)
    request.stream.read(1)  # a body of unannounced length is cut at the limit: asking for more refuses it
    try:
        json.loads(body.decode("utf-8"), parse_constant=_not_json)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "not_json") from error
    return body


def _not_json(constant: str) -> NoReturn:
    """NaN and infinities: Python reads them, JSON has none."""
    raise ValueError(constant)


def _is_utf_8(charset: str) -> bool:
    return charset.lower().replace("-", "").replace("_", "") == "utf8"


def _passed_on(status: int, body: bytes, content_type: str) -> Response:
    headers: dict[str, Any] = {"Cache-Control": "no-store"}
    return Response(body, status, headers, content_type=content_type or None)
