"""Composition of the public API's OpenAPI 3.1 document from the services' documents and the table of routes.

Operations, parameters, bodies and answers are those of the services; titles are French; the answers that only the
gateway gives are added. Schemas of the same name that differ between services get the service's name in front.
"""

import copy
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import TypeAlias, cast

from chassis.ground.problems import MEDIA_TYPE, PROBLEM_SCHEMA
from gateway import personal_data
from gateway.api import contracts
from gateway.api.routes import CHAPTERS, ROUTES, Route
from gateway.clients.documents import REFERENCE, JsonObject, document, references

JSON = "application/json"
PROBLEM = "Problem"
GATHERED = "Each service's answer under its name, all of them or none."
PublicNames: TypeAlias = dict[tuple[str, str], str]
"""Public name of each schema, by its service and its name there."""
INFO = {
    "title": "Guichet",
    "version": "1.0",
    "description": (
        "L'API publique de Guichet : tout ce que fait le portail. On se connecte par POST /sessions ; le jeton reçu va "
        "dans l'en-tête Authorization. Chaque refus est un document application/problem+json, avec un code stable pour "
        "les programmes et une phrase en français pour les personnes."
    ),
}


def composed() -> JsonObject:
    names = _public_names()
    schemas = {PROBLEM: copy.deepcopy(PROBLEM_SCHEMA)}
    paths: JsonObject = {}
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


def _operation(route: Route, chapter: str) -> JsonObject:
    described = copy.deepcopy(contracts.operation(route))
    texts = [described.pop(part, "") for part in ("summary", "description")]  # the French title takes their place
    answers = described.pop("responses", {})
    for status, codes in _own_codes(route, described).items():
        _add_codes(answers, status, codes)
    return {
        "summary": route.title,
        "description": "\n\n".join(text for text in texts if text),
        "tags": [chapter],
        **{part: value for part, value in described.items() if part != "tags"},
        "responses": dict(sorted(answers.items())),
    }


def _gathered(route: Route, names: PublicNames) -> JsonObject:
    """Return the response of a route that several services answer, each under its name."""
    members = {service: _renamed(_answer_schema(route, service), service, names) for service in route.services}
    whole = {"type": "object", "required": list(members), "additionalProperties": False, "properties": members}
    return {"description": HTTPStatus.OK.phrase, "content": {JSON: {"schema": whole}}}


def _answer_schema(route: Route, service: str) -> JsonObject:
    responses: JsonObject = contracts.operation(route, service)["responses"]
    return cast(JsonObject, responses["200"]["content"][JSON]["schema"])


def _own_codes(route: Route, described: JsonObject) -> dict[int, list[str]]:
    """Return the codes that the gateway itself answers with, before or instead of the service, by status."""
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


def _add_codes(answers: JsonObject, status: int, codes: list[str]) -> None:
    every = list(dict.fromkeys([*answers.get(str(status), {}).get("x-codes", []), *codes]))
    answers[str(status)] = {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(every)}",
        "content": {MEDIA_TYPE: {"schema": {"$ref": REFERENCE + PROBLEM}}},
        "x-codes": every,
    }


def _schemas(service: str) -> JsonObject:
    return cast(JsonObject, document(service).get("components", {}).get("schemas", {}))


def _public_names() -> PublicNames:
    reached = sorted(set(_reached()))
    return {(service, name): _public_name(service, name, reached) for service, name in reached}


def _public_name(service: str, name: str, reached: Iterable[tuple[str, str]]) -> str:
    schema = _schemas(service)[name]
    is_shared = all(_schemas(other)[name] == schema for other, there in reached if there == name)
    return name if is_shared else service.capitalize() + name


def _reached() -> Iterator[tuple[str, str]]:
    """Yield the service and name of every schema that a public operation refers to, directly or through others."""
    waiting = [
        (service, name)
        for route in ROUTES
        for service in route.services
        for name in references(contracts.operation(route, service))
    ]
    seen: set[tuple[str, str]] = set()
    while waiting:
        service, name = waiting.pop()
        if (service, name) in seen or name == PROBLEM:
            continue
        seen.add((service, name))
        yield service, name
        waiting.extend((service, inner) for inner in references(_schemas(service)[name]))


def _renamed(part: JsonObject, service: str, names: PublicNames) -> JsonObject:
    """Return a copy of a part of a service's document that refers to schemas by their public names."""
    return cast(JsonObject, _renamed_value(part, service, names))


def _renamed_value(value: object, service: str, names: PublicNames) -> object:
    if isinstance(value, dict):
        return {
            key: _reference(inner, service, names) if key == "$ref" else _renamed_value(inner, service, names)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_renamed_value(inner, service, names) for inner in value]
    return value


def _reference(reference: str, service: str, names: PublicNames) -> str:
    name = reference.removeprefix(REFERENCE)
    return REFERENCE + names.get((service, name), name)
