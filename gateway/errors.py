"""Errors under /api: RFC 9457 problem+json with the codes of the services and French sentences."""

import structlog
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from chassis.ground.problems import code_for, problem
from gateway.clients.errors import FieldErrors, ServiceRefusal
from gateway.messages import fields, refusals

log = structlog.get_logger()


class Refused(Exception):
    """Refusal by the gateway itself, before it calls any service."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class ProblemsUnderApi(Flask):
    """Application that answers every error under /api as a problem, and leaves the others to the portal's pages.

    An error before routing (an unknown address, a wrong method) reaches no blueprint's handler, only the application.
    """

    def handle_http_exception(self, e: HTTPException) -> HTTPException | ResponseReturnValue:
        if isinstance(e, RoutingException) or not under_api(request.path):
            return super().handle_http_exception(e)
        return from_http(e)


def under_api(path: str) -> bool:
    return path == "/api" or path.startswith("/api/")


def from_http(error: HTTPException) -> Response:
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return french_problem(status, code_for(status), headers=headers)


def from_service(refusal: ServiceRefusal) -> Response:
    """Return the refusal of a service with its own status and code, and our sentences."""
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
    with_sentences = [{**error, "message": fields.labelled_sentence(error["code"], error["field"])} for error in errors]
    return problem(status, code, refusals.sentence(code, status), with_sentences, headers)
