"""One client per service, which adds who is asking and understands how services say no."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, NoReturn
from urllib.parse import quote, urlencode

import structlog

from chassis.ground import correlation
from chassis.web.read_your_writes import AFTER, RECORDED
from gateway import current_person
from gateway.clients.connections import Connections, Limits, ReachedNobody, Reply, WireFault
from gateway.clients.errors import ServiceRefusal, ServiceUnavailable
from gateway.recent_writes import RecentWrites

JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"

log = structlog.get_logger()


@dataclass(frozen=True)
class Call:
    """What is sent to a service. `query` is already encoded; `public` calls go without the person's token."""

    method: str
    path: str
    query: str = ""
    body: bytes | None = None
    public: bool = False

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True)
class Answer:
    """A service's answer to a call that it did not refuse."""

    service: str
    status: int
    content_type: str
    body: bytes = field(repr=False)
    recorded: str = ""

    def json(self) -> Any:
        """Raises ServiceUnavailable when the answer is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            log.error("a service's answer is not JSON", service=self.service, status=self.status)
            raise ServiceUnavailable(self.service) from error


def path(template: str, **parameters: object) -> str:
    """`path("/structures/{structure_id}", structure_id=42)`; every parameter is one escaped segment."""
    return template.format(**{name: quote(str(value), safe="") for name, value in parameters.items()})


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was left empty."""
    return {name: value for name, value in values.items() if value is not None and value != ""}


class ServiceClient:
    """Raises ServiceRefusal when the service says no, ServiceUnavailable when it does not answer. Thread-safe."""

    service: str

    def __init__(self, base_url: str, writes: RecentWrites, limits: Limits) -> None:
        self._writes: Final = writes
        self._connections: Final = Connections(base_url, limits)

    def exchange(self, call: Call) -> Answer:
        """One call and its answer; remembers what it recorded."""
        response = self._send(call)
        if response.status >= HTTPStatus.BAD_REQUEST:
            self._refuse(response)
        answer = Answer(
            self.service,
            response.status,
            response.headers.get("Content-Type", ""),
            response.body,
            response.headers.get(RECORDED, ""),
        )
        if answer.recorded:
            self._writes.remember(
                current_person.anonymous_writer() if call.public else current_person.writer(), answer.recorded
            )
        return answer

    def get(self, path: str, query: dict[str, Any] | None = None, *, public: bool = False) -> Any:
        return self.exchange(Call("GET", path, _query(query or {}), public=public)).json()

    def post(self, path: str, body: Any = None, *, public: bool = False) -> Any:
        """The answer's JSON, or None when the service has nothing to say (204)."""
        return self._write(Call("POST", path, body=_encoded(body), public=public))

    def patch(self, path: str, body: Any) -> Any:
        return self._write(Call("PATCH", path, body=_encoded(body)))

    def delete(self, path: str) -> None:
        self._write(Call("DELETE", path))

    def is_live(self) -> bool:
        """Whether the service's process answers at all."""
        try:
            self.exchange(Call("GET", "/live", public=True))
        except ServiceRefusal:
            return False
        return True

    def _write(self, call: Call) -> Any:
        answer = self.exchange(call)
        return answer.json() if answer.status != HTTPStatus.NO_CONTENT else None

    def _send(self, call: Call) -> Reply:
        try:
            return self._attempt(call)
        except ReachedNobody as error:
            if call.method != "GET":
                raise self._unavailable(error) from error
        except WireFault as error:
            raise self._unavailable(error) from error
        return self._last_attempt(call)

    def _last_attempt(self, call: Call) -> Reply:
        try:
            return self._attempt(call)
        except WireFault as error:
            raise self._unavailable(error) from error

    def _attempt(self, call: Call) -> Reply:
        return self._connections.exchange(call.method, call.target, self._headers(call), call.body)

    def _headers(self, call: Call) -> dict[str, str]:
        headers = {
            correlation.HEADER: correlation.current(),
            "Accept": f"{JSON_TYPE}, {PROBLEM_TYPE}, image/*, audio/*",
            **current_person.origin_headers(),
        }
        if call.body is not None:
            headers["Content-Type"] = JSON_TYPE
        token = current_person.access_token()
        if token and not call.public:
            headers["Authorization"] = f"Bearer {token}"
            headers[AFTER] = self._writes.of(current_person.writer(), seen_by=self.service)
        return {name: value for name, value in headers.items() if value}

    def _unavailable(self, error: WireFault) -> ServiceUnavailable:
        log.warning("a service does not answer", service=self.service, reason=type(error.__cause__ or error).__name__)
        return ServiceUnavailable(self.service)

    def _refuse(self, response: Reply) -> NoReturn:
        problem = _problem(response)
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not _is_expected(response.status, problem):
            log.error("a service failed", service=self.service, status=response.status)
            raise ServiceUnavailable(self.service)
        raise ServiceRefusal(
            response.status,
            str(problem.get("code") or "unknown"),
            _field_errors(problem.get("errors")),
            response.headers.get("Retry-After"),
        )


def _query(values: dict[str, Any]) -> str:
    """Booleans as JSON writes them."""
    return urlencode({name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()})


def _encoded(body: Any) -> bytes | None:
    return None if body is None else json.dumps(body).encode()


def _problem(response: Reply) -> dict[str, Any]:
    """The problem in a refusal; empty when the service did not send one."""
    try:
        problem = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return problem if isinstance(problem, dict) else {}


def _is_expected(status: int, problem: dict[str, Any]) -> bool:
    """Only 503 with a code is an answer that a service gives on purpose."""
    return status == HTTPStatus.SERVICE_UNAVAILABLE and "code" in problem


def _field_errors(errors: Any) -> list[dict[str, str]]:
    well_formed = errors if isinstance(errors, list) else []
    return [
        {"field": str(error["field"]), "code": str(error["code"])}
        for error in well_formed
        if isinstance(error, dict) and "field" in error and "code" in error
    ]
