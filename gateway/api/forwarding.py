"""View of every route of the public API: checks what needs no service, then forwards the request."""

import json
import re
from collections.abc import Callable
from typing import NoReturn, TypedDict
from urllib.parse import quote

from flask import Response, current_app, request

from chassis.calls.tokens import TokenVerifier
from chassis.ground.problems import Unauthenticated, Unavailable
from gateway import current_person, personal_data
from gateway.api import contracts
from gateway.api.routes import Obstacles, Route
from gateway.clients.service_client import ServiceRequest, ServiceResponse, expand_path
from gateway.clients.services import services
from gateway.errors import Refused

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]{1,8000})", re.IGNORECASE)
_SAFE_IN_QUERY = "%&=+;,/?:@!$'()*"
_DOTS = {".", ".."}


class Obstructions(TypedDict):
    """Answer to the path of every Obstacles: all that is asked of it is whether the list is empty."""

    items: list[object]


def forwarding(route: Route) -> Callable[..., Response]:
    """Return the view of one row of the table."""
    described = contracts.operation(route)
    secured, with_body = contracts.needs_token(described), contracts.takes_json(described)

    def forward(**parameters: str) -> Response:
        if not _DOTS.isdisjoint(parameters.values()):  # quoting leaves dots alone, and they climb to another path
            raise Refused(404, "not_found")
        if request.method != "GET" and (request.content_length or 0) > current_app.config["MAX_CONTENT_LENGTH"]:
            raise Refused(413, "too_large")
        if secured:
            current_person.set_access_token(_verified(_bearer()))
        if route.also:
            return personal_data.as_file(route.services, route.path)
        if route.unless:
            _check(route.unless)
        to_service = ServiceRequest(
            route.method,
            expand_path(route.path, **parameters),
            _query(),
            _json_body() if with_body else None,
            public=not secured,
            version=request.headers.get("If-Match", ""),
        )
        return _forwarded(services().named(route.service).exchange(to_service))

    return forward


def _check(obstacles: Obstacles) -> None:
    if services().named(obstacles.service).get(obstacles.path, Obstructions)["items"]:
        raise Refused(409, obstacles.code)


def _bearer() -> str:
    match = _BEARER.fullmatch(request.headers.get("Authorization", "").strip())
    if not match:
        raise Refused(401, "unauthenticated")
    return match[1]


def _verified(token: str) -> str:
    """Refuse a token that no service will believe, before a thread waits for one to say so."""
    verifier: TokenVerifier = current_app.extensions["guichet.verifier"]
    try:
        verifier.verify(token)
    except Unauthenticated as error:
        raise Refused(401, "unauthenticated") from error
    except Unavailable:
        pass  # identity has not given its keys yet; each service verifies for itself, and may have them
    return token


def _query() -> str:
    """Return the query as it was sent: the service reads it, and refuses what is wrong in it."""
    return quote(request.query_string, safe=_SAFE_IN_QUERY)


def _json_body() -> bytes:
    """Return the body; refuse one that is not JSON in UTF-8."""
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
    """Refuse NaN and the infinities, which Python reads and JSON does not have."""
    raise ValueError(constant)


def _is_utf_8(charset: str) -> bool:
    return charset.lower().replace("-", "").replace("_", "") == "utf8"


def _forwarded(response: ServiceResponse) -> Response:
    # No header of the service but its media type and version: others are for us, or say what the service is made of.
    headers = {"Cache-Control": "no-store"} | ({"ETag": response.version} if response.version else {})
    return Response(response.body, response.status, headers, content_type=response.content_type or None)
