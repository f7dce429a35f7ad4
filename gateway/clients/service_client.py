"""Client of one service: adds the caller's token and recent writes, and turns its refusals into exceptions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, NoReturn, TypeAlias, TypeVar, cast, overload
from urllib.parse import quote, urlencode

import structlog

from chassis.ground import correlation
from chassis.web.read_your_writes import AFTER, RECORDED
from gateway import current_person
from gateway.clients.bulkhead import Bulkhead, BulkheadFull
from gateway.clients.connection_pool import ConnectionFailed, ConnectionPool, PoolLimits, RawResponse, TransportError
from gateway.clients.errors import ServiceRefusal, ServiceUnavailable
from gateway.recent_writes import RecentWrites

JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"

Members: TypeAlias = Mapping[str, object]
"""Members of a JSON object to send, or parameters of a query."""
A = TypeVar("A")

log = structlog.get_logger()


@dataclass(frozen=True)
class ServiceRequest:
    """Request to a service. `query` is already encoded; a `public` request goes without the person's token."""

    method: str
    path: str
    query: str = ""
    body: bytes | None = None
    public: bool = False
    version: str = ""
    """ETag that was read with what is now changed, for If-Match."""

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True)
class ServiceResponse:
    """Response of a service to a request that it did not refuse."""

    service: str
    status: int
    content_type: str
    body: bytes = field(repr=False)
    recorded: str = ""
    """Last event that the request has recorded, such as `structures:0190…`; empty for none."""
    version: str = ""
    """ETag of what was read; empty for what has none."""

    def json(self) -> object:
        """Return the body, parsed; raise ServiceUnavailable when it is not JSON."""
        try:
            return cast(object, json.loads(self.body))
        except (ValueError, RecursionError) as error:  # RecursionError: JSON that is nested too deep
            log.error("a service's answer is not JSON", service=self.service, status=self.status)
            raise ServiceUnavailable(self.service) from error


def expand_path(template: str, **parameters: object) -> str:
    """Return a path such as `/structures/42`; every parameter is one escaped segment, whatever it holds."""
    return template.format(**{name: quote(str(value), safe="") for name, value in parameters.items()})


def without_empty(values: Members) -> dict[str, object]:
    """Return the values without those that were left empty: None and the empty text, not False or 0."""
    return {name: value for name, value in values.items() if value is not None and value != ""}


class ServiceClient:
    """Base of the services' clients. Thread-safe.

    Every method raises ServiceRefusal when the service refuses, ServiceUnavailable when it does not answer. `answer`
    is the type that the service's OpenAPI document gives for the operation; it is trusted, not checked at run time.
    """

    service: str

    def __init__(self, base_url: str, writes: RecentWrites, limits: PoolLimits) -> None:
        self._writes: Final = writes
        self._pool: Final = ConnectionPool(base_url, limits)
        self._bulkhead: Final = Bulkhead(limits.at_once)

    def exchange(self, request: ServiceRequest) -> ServiceResponse:
        """Send a request and return its response; remember what it recorded."""
        raw = self._send(request)
        if raw.status >= HTTPStatus.BAD_REQUEST:
            self._refuse(raw)
        content_type, *noted = (raw.headers.get(name, "") for name in ("Content-Type", RECORDED, "ETag"))
        response = ServiceResponse(self.service, raw.status, content_type, raw.body, *noted)
        if response.recorded:
            self._writes.remember(
                current_person.anonymous_writer() if request.public else current_person.writer(), response.recorded
            )
        return response

    def get(self, path: str, answer: type[A], query: Members | None = None, *, public: bool = False) -> A:
        request = ServiceRequest("GET", path, _query(query or {}), public=public)
        return cast(A, self.exchange(request).json())

    @overload
    def post(self, path: str, body: Members | None = None, *, public: bool = False) -> None: ...

    @overload
    def post(self, path: str, body: Members | None = None, *, answer: type[A], public: bool = False) -> A: ...

    def post(
        self, path: str, body: Members | None = None, *, answer: type[A] | None = None, public: bool = False
    ) -> A | None:
        return cast(A | None, self._write(ServiceRequest("POST", path, body=_encoded(body), public=public)))

    def get_with_version(self, path: str, answer: type[A]) -> tuple[A, str]:
        """Return what was read and its version, for a change of it."""
        response = self.exchange(ServiceRequest("GET", path))
        return cast(A, response.json()), response.version

    def patch(self, path: str, body: Members, answer: type[A], *, version: str = "") -> A:
        return cast(A, self._write(ServiceRequest("PATCH", path, body=_encoded(body), version=version)))

    def delete(self, path: str) -> None:
        self._write(ServiceRequest("DELETE", path))

    def is_live(self) -> bool:
        """Return whether the service's process answers at all."""
        try:
            self.exchange(ServiceRequest("GET", "/live", public=True))
        except ServiceRefusal:
            return False
        return True

    def _write(self, request: ServiceRequest) -> object:
        response = self.exchange(request)
        return response.json() if response.status != HTTPStatus.NO_CONTENT else None

    def _send(self, request: ServiceRequest) -> RawResponse:
        """Send a request, if the service has a place for it."""
        try:
            with self._bulkhead.place():
                return self._send_again(request)
        except BulkheadFull as error:
            raise self._unavailable(error) from error

    def _send_again(self, request: ServiceRequest) -> RawResponse:
        """Send a request; a read once more when its connection failed, a write never: it may have been done."""
        try:
            return self._attempt(request)
        except ConnectionFailed as error:
            if request.method != "GET":
                raise self._unavailable(error) from error
        except TransportError as error:  # not tried again: a slow service would be asked, and waited for, twice
            raise self._unavailable(error) from error
        return self._last_attempt(request)

    def _last_attempt(self, request: ServiceRequest) -> RawResponse:
        try:
            return self._attempt(request)
        except TransportError as error:
            raise self._unavailable(error) from error

    def _attempt(self, request: ServiceRequest) -> RawResponse:
        return self._pool.exchange(request.method, request.target, self._headers(request), request.body)

    def _headers(self, request: ServiceRequest) -> dict[str, str]:
        headers = {
            correlation.HEADER: correlation.current(),
            "If-Match": request.version,
            "Accept": f"{JSON_TYPE}, {PROBLEM_TYPE}, image/*, audio/*",
            **current_person.origin_headers(),
        }
        if request.body is not None:
            headers["Content-Type"] = JSON_TYPE
        token = current_person.access_token()
        if token and not request.public:
            headers["Authorization"] = f"Bearer {token}"
            headers[AFTER] = self._writes.of(current_person.writer(), seen_by=self.service)
        return {name: value for name, value in headers.items() if value}

    def _unavailable(self, error: TransportError | BulkheadFull) -> ServiceUnavailable:
        # The name of the cause only: its text may hold the address, and with it a person's input.
        log.warning("a service does not answer", service=self.service, reason=type(error.__cause__ or error).__name__)
        return ServiceUnavailable(self.service)

    def _refuse(self, raw: RawResponse) -> NoReturn:
        problem = _problem(raw)
        if raw.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not _is_deliberate(raw.status, problem):
            log.error("a service failed", service=self.service, status=raw.status)
            raise ServiceUnavailable(self.service)
        code, errors = str(problem.get("code") or "unknown"), _field_errors(problem.get("errors"))
        raise ServiceRefusal(raw.status, code, errors, raw.headers.get("Retry-After"))


def _query(values: Members) -> str:
    """Return a query string, with booleans as JSON writes them."""
    return urlencode({name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()})


def _encoded(body: Members | None) -> bytes | None:
    return None if body is None else json.dumps(body).encode()


def _problem(raw: RawResponse) -> dict[str, object]:
    """Return the problem in a refusal; empty when the service did not send one."""
    try:
        problem = json.loads(raw.body)
    except (ValueError, RecursionError):
        return {}
    return problem if isinstance(problem, dict) else {}


def _is_deliberate(status: int, problem: Members) -> bool:
    """Return whether a service means its 5xx: only a 503 with a code is a refusal, the others are faults."""
    return status == HTTPStatus.SERVICE_UNAVAILABLE and "code" in problem


def _field_errors(errors: object) -> list[dict[str, str]]:
    """Return the well-formed ones among the errors of a problem, which a proxy may have written, not a service."""
    return [
        {"field": str(error["field"]), "code": str(error["code"])}
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict) and "field" in error and "code" in error
    ]
