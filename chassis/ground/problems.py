"""Refusals: one exception class per reason, answered as RFC 9457 problem+json with a stable code."""

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar

import structlog
from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from chassis.ground.json import JsonObject

MEDIA_TYPE = "application/problem+json"
PROBLEM_SCHEMA: JsonObject = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string", "description": "One sentence for a person."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable: programs decide by it."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string", "description": "One sentence for a person, where there is one."},
                },
            },
        },
    },
}

log = structlog.get_logger()


class Refusal(Exception):
    """Refusal of a request. Subclasses set status, code and sentence; `field` names the invalid input."""

    status: ClassVar[int] = 409
    code: ClassVar[str]
    sentence: ClassVar[str]
    keeps: ClassVar[bool] = False
    """Whether the transaction that it passes through is committed: a wrong answer counts although it is refused."""
    headers: Mapping[str, str] = {}
    """Headers of the answer; an instance may have its own."""

    def __init__(self, *, field: str | None = None) -> None:
        super().__init__(self.sentence)
        self.errors: list[dict[str, str]] = [{"field": field, "code": self.code}] if field else []


class InvalidInput(Refusal):
    status, code, sentence = 422, "invalid_input", "Some of the input is not valid."

    def __init__(self, errors: Mapping[str, str]) -> None:
        """Take a code for each invalid field."""
        super().__init__()
        self.errors = [{"field": field, "code": code} for field, code in errors.items()]


class Unauthenticated(Refusal):
    status, code, sentence = 401, "unauthenticated", "A valid access token is needed."
    headers = {"WWW-Authenticate": "Bearer"}


class Forbidden(Refusal):
    status, code, sentence = 403, "forbidden", "The caller may not do this."


class NotFound(Refusal):
    status, code, sentence = 404, "not_found", "There is nothing here."


class NotJson(Refusal):
    status, code, sentence = 400, "not_json", "The body is not JSON in UTF-8."


class UnsupportedMediaType(Refusal):
    status, code, sentence = 415, "unsupported_media_type", "The body must be JSON."


class CatchingUp(Refusal):
    status, code, sentence = 503, "catching_up", "This service has not yet seen what you have just done; try again."
    headers = {"Retry-After": "1"}


class Unavailable(Refusal):
    """Refusal because a dependency of this process does not answer. Trying again makes sense."""

    status, code, sentence = 503, "unavailable", "A part of the system does not answer; try again in a moment."
    headers = {"Retry-After": "2"}


_HTTP_CODES = {
    400: "bad_request",
    404: NotFound.code,
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    414: "too_large",
    415: UnsupportedMediaType.code,
    431: "too_large",
    500: "internal_error",
}


def code_for(status: int) -> str:
    """Return the code of a problem about HTTP itself: one that no refusal is raised for."""
    return _HTTP_CODES.get(status, "http_error")


def problem(
    status: int,
    code: str,
    title: str,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    body: JsonObject = {"type": f"urn:guichet:problem:{code}", "title": title, "status": status, "code": code}
    if errors:
        body["errors"] = list(errors)
    response = jsonify(body)
    response.status_code, response.mimetype = status, MEDIA_TYPE
    response.headers.update(headers or {})
    return response


def install(app: Flask) -> None:
    """Answer every error of this application with a problem."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _refused(refusal: Refusal) -> Response:
    return problem(refusal.status, refusal.code, refusal.sentence, refusal.errors, refusal.headers)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    # webargs puts its messages there, by the part of the request; `json` alone stands for a body that is not JSON.
    details = getattr(error, "data", None) or {}
    if status == 422:
        return _refused(InvalidInput(dict(field_errors(details.get("messages", {})))))
    if status == 400 and "json" in details.get("messages", {}):
        return _refused(NotJson())
    headers = {name: value for name, value in error.get_headers() if name not in ("Content-Type", "Content-Length")}
    return problem(status, code_for(status), HTTPStatus(status).phrase, headers=headers)


def _unexpected(error: Exception) -> Response:
    log.error("request failed", exc_info=error)
    return problem(500, code_for(500), "Something went wrong on our side.")


def field_errors(messages: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Flatten the nested messages of webargs and marshmallow to pairs of field and code."""
    for located in messages.values():
        yield from _flatten(located, "")


def _flatten(messages: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flatten(inner, path if key == "_schema" else f"{path}.{key}".lstrip("."))
    else:
        first = messages[0] if isinstance(messages, list) and messages else messages
        code = first if isinstance(first, str) and re.fullmatch(r"[a-z_]+", first) else "invalid"
        yield path or "body", code
