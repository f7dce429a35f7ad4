from typing import Any

from jsonschema import Draft202012Validator

from gateway.api import composition, contracts
from gateway.api.routes import ROUTES
from gateway.app import openapi
from gateway.clients.documents import REFERENCE, document

VERBS = ("get", "post", "put", "patch", "delete")


def references(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [name for inner in part.values() for name in references(inner)]
    if isinstance(part, list):
        return [name for inner in part for name in references(inner)]
    return []


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (verb.upper(), path): operation
        for path, verbs in openapi()["paths"].items()
        for verb, operation in verbs.items()
    }


def test_every_route_of_the_table_is_in_the_document_and_nothing_else() -> None:
    assert sorted(operations()) == sorted((route.method, route.path) for route in ROUTES)


def test_nothing_internal_is_shown() -> None:
    assert [path for path in openapi()["paths"] if path.startswith(("/internal", "/oauth", "/live", "/ready"))] == []


def test_every_reference_leads_somewhere() -> None:
    schemas = openapi()["components"]["schemas"]

    assert {reference.removeprefix(REFERENCE) for reference in references(openapi())} <= schemas.keys()


def test_no_schema_is_shown_that_no_operation_uses() -> None:
    used = {reference.removeprefix(REFERENCE) for reference in references(openapi())}

    assert openapi()["components"]["schemas"].keys() == used


def test_every_schema_is_a_json_schema() -> None:
    for schema in openapi()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_an_operation_is_described_as_its_service_describes_it() -> None:
    composed = operations()["POST", "/accounts"]
    theirs = contracts.operation(next(route for route in ROUTES if route.path == "/accounts"))

    assert composed["requestBody"] == theirs["requestBody"]
    assert composed["operationId"] == theirs["operationId"]
    assert composed["responses"]["202"] == theirs["responses"]["202"]
    assert composed["description"] == theirs["summary"]


def test_what_the_gateway_itself_answers_is_documented() -> None:
    answers = operations()["POST", "/structures/{structure_id}/attachments"]["responses"]

    own = {400: "not_json", 401: "unauthenticated", 404: "not_found", 413: "too_large", 415: "unsupported_media_type"}
    assert {status: code for status, code in own.items() if code in answers[str(status)]["x-codes"]} == own
    assert answers["503"]["x-codes"][-1] == "service_unavailable"


def test_composing_changes_no_contract() -> None:
    route = ROUTES[0]
    before = repr(document(route.service))

    composition.composed()

    assert repr(document(route.service)) == before


def test_schemas_of_one_name_that_differ_get_the_name_of_their_service() -> None:
    differing = {
        name
        for name in document("structures")["components"]["schemas"]
        for other in ("identity", "espaces")
        if document(other)["components"]["schemas"].get(name, schema_of(name)) != schema_of(name)
    }

    public = openapi()["components"]["schemas"].keys()

    assert differing & public == set()


def schema_of(name: str) -> Any:
    return document("structures")["components"]["schemas"][name]
