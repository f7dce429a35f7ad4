"""The OpenAPI 3.1 document of the public API, composed from the contracts of the services and the table of routes.

Operations, parameters, bodies and answers are those of the services; titles are French; the answers that only the
gateway gives are added. Schemas of the same name that differ between services get the service's name in front.
"""

import copy
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from chassis.ground.problems import MEDIA_TYPE, PROBLEM_SCHEMA
from gateway import personal_data
from gateway.api import contracts
from gateway.api.routes import CHAPTERS, ROUTES, Route

JSON = "application/json"
PREFIX = "#/components/schemas/"
PROBLEM = "Problem"
GATHERED = "Each service's answer under its name, all of them or none."
INFO = {
    "title": "Guichet",
    "version": "1.0",
    "description": (
        "L'API publique de Guichet : tout ce que fait le portail. On se connecte par POST /sessions ; le jeton reçu va "
        "dans l'en-tête Authorization. Chaque refus est un document application/problem+json, avec un code stable pour "
        "les programmes et une phrase en français pour les personnes."
    ),
}


def composed() -> dict[str, Any]:
    names = _schema_names()
    schemas = {PROBLEM: copy.deepcopy(PROBLEM_SCHEMA)}
    paths: dict[str, Any] = {}
    for chapter in CHAPTERS:
        for route in chapter.routes:
            described = _renamed(_operation(route, chapter.title), route.service, names)
            if route.also:
                described |= {"description": GATHERED}
                described["responses"]["200"] = _gathered(route, names)
            paths.setdefault(route.path, {})[route.method.lower()] = described
    for service, name in sorted(names):
        schemas[names[service, name]] = _renamed(_schemas(service)[name], service, names)
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [{"url": "/api/v1"}],
        "tags": [{"name": chapter.title} for chapter in CHAPTERS],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(route: Route, chapter: str) -> dict[str, Any]:
    described = copy.deepcopy(contracts.operation(route))
    told = [described.pop(part, "") for part in ("summary", "description")]
    answers = described.pop("responses", {})
    for status, codes in _own_codes(route, described).items():
        _add_codes(answers, status, codes)
    return {
        "summary": route.title,
        "description": "\n\n".join(text for text in told if text),
        "tags": [chapter],
        **{part: value for part, value in described.items() if part != "tags"},
        "responses": dict(sorted(answers.items())),
    }


def _gathered(route: Route, names: dict[tuple[str, str], str]) -> dict[str, Any]:
    """What several services answer, each under its name."""
    answers = {
        service: _renamed(contracts.operation(route, service)["responses"]["200"]["content"][JSON], service, names)
        for service in route.services
    }
    members = {service: answer["schema"] for service, answer in answers.items()}
    whole = {"type": "object", "required": list(members), "additionalProperties": False, "properties": members}
    return {"description": HTTPStatus.OK.phrase, "content": {JSON: {"schema": whole}}}


def _own_codes(route: Route, described: dict[str, Any]) -> dict[int, list[str]]:
    """What the gateway itself may answer, before or instead of the service."""
    own = {503: [personal_data.INCOMPLETE] if route.also else ["service_unavailable"]}
    if route.unless:
        own[409] = [route.unless.code]
    if route.method != "GET":
        own[413] = ["too_large"]
    if contracts.needs_token(described):
        own[401] = ["unauthenticated"]
    if contracts.takes_json(described):
        own |= {400: ["not_json"], 415: ["unsupported_media_type"]}
    if "{" in route.path:
        own[404] = ["not_found"]
    return own


def _add_codes(answers: dict[str, Any], status: int, codes: list[str]) -> None:
    known = answers.get(str(status), {}).get("x-codes", [])
    every = list(dict.fromkeys([*known, *codes]))
    answers[str(status)] = {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(every)}",
        "content": {MEDIA_TYPE: {"schema": {"$ref": PREFIX + PROBLEM}}},
        "x-codes": every,
    }


def _schemas(service: str) -> dict[str, Any]:
    schemas: dict[str, Any] = contracts.document(service).get("components", {}).get("schemas", {})
    return schemas


def _schema_names() -> dict[tuple[str, str], str]:
    """The public name of each schema that the operations reach, by service and name there."""
    reached = sorted(set(_reached()))
    return {(service, name): _public_name(service, name, reached) for service, name in reached}


def _public_name(service: str, name: str, reached: list[tuple[str, str]]) -> str:
    schema = _schemas(service)[name]
    same = all(_schemas(other)[name] == schema for other, there in reached if there == name)
    return name if same else service.capitalize() + name


def _reached() -> Iterator[tuple[str, str]]:
    waiting = [
        (service, name)
        for route in ROUTES
        for service in route.services
        for name in _referred(contracts.operation(route, service))
    ]
    seen: set[tuple[str, str]] = set()
    while waiting:
        service, name = waiting.pop()
        if (service, name) in seen or name == PROBLEM:
            continue
        seen.add((service, name))
        yield service, name
        waiting.extend((service, inner) for inner in _referred(_schemas(service)[name]))


def _referred(part: Any) -> Iterator[str]:
    """The names of the schemas that a part of a document refers to."""
    if isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str) and reference.startswith(PREFIX):
            yield reference.removeprefix(PREFIX)
        for inner in part.values():
            yield from _referred(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _referred(inner)


def _renamed(part: Any, service: str, names: dict[tuple[str, str], str]) -> Any:
    """The same part, referring to the public names."""
    if isinstance(part, dict):
        return {
            key: _reference(value, service, names) if key == "$ref" else _renamed(value, service, names)
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_renamed(inner, service, names) for inner in part]
    return part


def _reference(reference: str, service: str, names: dict[tuple[str, str], str]) -> str:
    name = reference.removeprefix(PREFIX)
    return PREFIX + names.get((service, name), name)
