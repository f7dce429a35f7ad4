"""Routes of a service: each declares its guard and the refusals that it may answer with, and both are documented."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeVar, cast

import flask_smorest
import structlog
from flask import request
from sqlalchemy.exc import OperationalError
from webargs.flaskparser import FlaskParser

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
from chassis.web.guards import Guard
from chassis.web.request_context import current_service

View = TypeVar("View", bound=Callable[..., Any])

log = structlog.get_logger()


class _Parser(FlaskParser):
    """Unknown query arguments are refused like unknown fields; a body that is not JSON is not an empty one."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": "raise", "form": "raise"}

    def load_json(self, req: Any, schema: Any) -> Any:
        if req.mimetype != "application/json":
            raise UnsupportedMediaType
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError) as error:  # nested too deep, or a number of thousands of digits
            raise NotJson from error


class Routes(flask_smorest.Blueprint):
    """A blueprint on which no route can be declared without its guard."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, name: str, *, description: str) -> None:
        super().__init__(name, name, description=description)

    def get(self, rule: str, *, guard: Guard, refuses: Sequence[type[Refusal]] = ()) -> Callable[[View], View]:
        return self._operation("GET", rule, guard, refuses)

    def post(self, rule: str, *, guard: Guard, refuses: Sequence[type[Refusal]] = ()) -> Callable[[View], View]:
        return self._operation("POST", rule, guard, refuses)

    def patch(self, rule: str, *, guard: Guard, refuses: Sequence[type[Refusal]] = ()) -> Callable[[View], View]:
        return self._operation("PATCH", rule, guard, refuses)

    def put(self, rule: str, *, guard: Guard, refuses: Sequence[type[Refusal]] = ()) -> Callable[[View], View]:
        return self._operation("PUT", rule, guard, refuses)

    def delete(self, rule: str, *, guard: Guard, refuses: Sequence[type[Refusal]] = ()) -> Callable[[View], View]:
        return self._operation("DELETE", rule, guard, refuses)

    def arguments(self, schema: Any, *, location: str = "json", **options: Any) -> Callable[[View], View]:
        """The input's schema; what the parser refuses is documented with the route's other refusals."""
        made = schema() if isinstance(schema, type) else schema  # else made anew at every request
        decorate = super().arguments(made, location=location, **options)

        def decorator(view: View) -> View:
            parsed = decorate(view)
            parsed._apidoc["arguments"].pop("responses")
            return cast(View, parsed)

        return decorator

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[View], View]:
        return cast(Callable[[View], View], super().response(status_code, schema, **options))

    def _operation(
        self, method: str, rule: str, guard: Guard, refuses: Sequence[type[Refusal]]
    ) -> Callable[[View], View]:
        def decorator(view: View) -> View:
            @functools.wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                service = current_service()
                with _database_may_be_silent():
                    guard.check()
                    if guard.allows:  # a stranger has nothing to wait for, and must not hold a thread
                        read_your_writes.wait_for(
                            request.headers.get(read_your_writes.AFTER), service.database, service.followed
                        )
                    return view(*args, **kwargs)

            guarded.guard = guard  # type: ignore[attr-defined]
            documented = self.doc(
                operationId=view.__name__,
                security=guard.security,
                responses=_problems(view, rule, [*guard.refusals, *refuses, CatchingUp, Unavailable]),
            )(guarded)
            self.add_url_rule(rule, view.__name__, documented, methods=[method])
            return view

        return decorator


@contextmanager
def _database_may_be_silent() -> Iterator[None]:
    """A database that is down or locked is no fault of the request: the caller is told to come again."""
    try:
        yield
    except OperationalError as error:
        log.error("database does not answer", reason=str(error.orig))
        raise Unavailable from error


def _problems(view: Any, rule: str, refusals: Sequence[type[Refusal]]) -> dict[str, Any]:
    """The problem answers of a route by status, with the stable codes of each."""
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


def _problem(status: int, codes: Sequence[str]) -> dict[str, Any]:
    unique = list(dict.fromkeys(codes))
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(unique)}",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        "x-codes": unique,
    }
