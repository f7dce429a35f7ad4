"""Routes of a service: each declares its guard and its refusals, and both are documented."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Required, TypedDict, TypeVar, Unpack, cast

import marshmallow
import structlog
from flask import Request, request
from sqlalchemy.exc import OperationalError
from webargs.flaskparser import FlaskParser

from chassis.ground.json import JsonObject
from chassis.ground.problems import (
    MEDIA_TYPE,
    CatchingUp,
    NotFound,
    NotJson,
    Refusal,
    Unavailable,
    UnsupportedMediaType,
)
from chassis.web import read_your_writes
from chassis.web.bounds import Bound, TooOften, held
from chassis.web.guards import Guard
from chassis.web.request_context import current_service
from chassis.web.versions import VersionedBlueprint

View = TypeVar("View", bound=Callable[..., object])
"""Route function: it takes its parsed input and its path parameters, and returns an answer or its content."""

log = structlog.get_logger()


class _Parser(FlaskParser):
    """Parser that refuses unknown query arguments as it does unknown fields, and a body that is not JSON."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": "raise", "form": "raise"}

    def load_json(self, req: Request, schema: marshmallow.Schema) -> Any:
        if req.mimetype != "application/json":
            raise UnsupportedMediaType
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError) as error:  # nested too deep, or a number of thousands of digits
            raise NotJson from error


class Declared(TypedDict, total=False):
    """Declarations of a route: its callers, its refusals, and bounds on what it costs others."""

    guard: Required[Guard]
    refuses: Sequence[type[Refusal]]
    bounds: Sequence[Bound]


class Routes(VersionedBlueprint):
    """Blueprint on which no route can be declared without its guard."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, name: str, *, description: str) -> None:
        super().__init__(name, name, description=description)

    def get(self, rule: str, **declared: Unpack[Declared]) -> Callable[[View], View]:
        return self._operation("GET", rule, **declared)

    def post(self, rule: str, **declared: Unpack[Declared]) -> Callable[[View], View]:
        return self._operation("POST", rule, **declared)

    def patch(self, rule: str, **declared: Unpack[Declared]) -> Callable[[View], View]:
        return self._operation("PATCH", rule, **declared)

    def put(self, rule: str, **declared: Unpack[Declared]) -> Callable[[View], View]:
        return self._operation("PUT", rule, **declared)

    def delete(self, rule: str, **declared: Unpack[Declared]) -> Callable[[View], View]:
        return self._operation("DELETE", rule, **declared)

    def arguments(
        self, schema: marshmallow.Schema | type[marshmallow.Schema], *, location: str = "json", **options: object
    ) -> Callable[[View], View]:
        """Declare the schema of the input. `_problems` documents the parser's refusals with the route's others."""
        instance = schema() if isinstance(schema, type) else schema  # a class would be instantiated at each request
        decorate = super().arguments(instance, location=location, **options)

        def decorator(view: View) -> View:
            parsed = decorate(view)
            # flask-smorest documents a 422 of its own under an integer key, beside ours; it has no setting against it.
            parsed._apidoc["arguments"].pop("responses")
            return cast(View, parsed)

        return decorator

    def response(
        self,
        status_code: int,
        schema: marshmallow.Schema | type[marshmallow.Schema] | JsonObject | None = None,
        **options: object,
    ) -> Callable[[View], View]:
        return cast(Callable[[View], View], super().response(status_code, schema, **options))

    def _operation(
        self,
        method: str,
        rule: str,
        *,
        guard: Guard,
        refuses: Sequence[type[Refusal]] = (),
        bounds: Sequence[Bound] = (),
    ) -> Callable[[View], View]:
        refusals = [*guard.refusals, *refuses, *([TooOften] if bounds else []), CatchingUp, Unavailable]

        def decorator(view: View) -> View:
            @functools.wraps(view)
            def guarded(*args: object, **kwargs: object) -> object:
                service = current_service()
                with _database_may_be_silent():
                    guard.check()
                    if guard.allows:  # an anonymous caller has no writes to wait for, and must not hold a thread
                        read_your_writes.wait_for(
                            request.headers.get(read_your_writes.AFTER), service.database, service.followed
                        )
                    with held(bounds, service):
                        return view(*args, **kwargs)

            guarded.guard, guarded.bounds = guard, bounds  # type: ignore[attr-defined]
            documented = self.doc(
                operationId=view.__name__,
                security=guard.security,
                responses=_problems(view, rule, refusals),
            )(guarded)
            self.add_url_rule(rule, view.__name__, documented, methods=[method])
            return view

        return decorator


@contextmanager
def _database_may_be_silent() -> Iterator[None]:
    """Turn the error of a database that is down or locked into Unavailable: the request itself has no fault."""
    try:
        yield
    except OperationalError as error:
        log.error("database does not answer", reason=str(error.orig))
        raise Unavailable from error


def _problems(view: Callable[..., object], rule: str, refusals: Sequence[type[Refusal]]) -> dict[str, JsonObject]:
    """Return the problem answers of a route by status, with the stable codes of each."""
    codes: dict[int, list[str]] = {}
    for refusal in refusals:
        codes.setdefault(refusal.status, []).append(refusal.code)
    parameters = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    if parameters:
        codes.setdefault(422, []).insert(0, "invalid_input")
    if any(parameter["in"] in ("json", "form") for parameter in parameters):
        codes.setdefault(400, []).insert(0, NotJson.code)
        codes.setdefault(413, []).append("too_large")
        codes.setdefault(415, []).append(UnsupportedMediaType.code)
    if "<" in rule:
        codes.setdefault(404, []).insert(0, NotFound.code)
    return {str(status): _problem(status, codes[status]) for status in sorted(codes)}


def _problem(status: int, codes: Sequence[str]) -> JsonObject:
    unique = list(dict.fromkeys(codes))
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(unique)}",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        "x-codes": unique,
    }
