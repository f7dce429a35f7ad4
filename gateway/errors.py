"""Saying no in French: RFC 9457 problem+json under /api, with the codes of the services kept as they are."""

from typing import Any

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from chassis.ground.problems import code_for, problem
from gateway import messages
from gateway.clients.errors import FieldErrors, ServiceRefusal

log = structlog.get_logger()


class Refused(Exception):
    """The gateway itself says no, before any service is asked."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class ProblemsUnderApi(Flask):
    """Answers every error under /api as a problem; those of the portal stay with the portal's pages."""

    def handle_http_exception(self, e: HTTPException) -> Any:
        if isinstance(e, RoutingException) or not under_api(request.path):
            return super().handle_http_exception(e)
        return from_http(e)


def under_api(path: str) -> bool:
    return path == "/api" or path.startswith("/api/")


def from_http(error: HTTPException) -> Response:
    status = error.code or 500
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return french_problem(status, code_for(status), headers=kept)


def from_service(refusal: ServiceRefusal) -> Response:
    """The service's refusal with its own status and code; the sentences are ours."""
    headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else {}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return french_problem(refusal.status, refusal.code, refusal.errors, headers)


def from_gateway(refused: Refused) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else {}
    return french_problem(refused.status, refused.code, headers=headers)


def unexpected(error: Exception) -> Response:
    log.error("request failed", exc_info=error)
    return french_problem(500, code_for(500))


def french_problem(status: int, code: str, errors: FieldErrors = (), headers: dict[str, str] | None = None) -> Response:
    told = [{**error, "message": messages.for_field(error["code"], error["field"])} for error in errors]
    return problem(status, code, messages.for_refusal(code, status), told, headers)
