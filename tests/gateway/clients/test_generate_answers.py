"""Types of the services' answers: the committed ones are those of the OpenAPI documents, and say all that these say."""

import pytest

from gateway.clients.documents import JsonObject, document
from gateway.clients.generate_answers import FOLDER, SERVICES, UnknownSchema, python_type, source


def a_document(schema: JsonObject, others: JsonObject | None = None, path: str = "/people") -> JsonObject:
    """Return a document with one operation, whose answer is the schema `Person`."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}}
    operation = {"responses": {"200": {"content": content}, "404": {"content": {}}}}
    return {"paths": {path: {"get": operation}}, "components": {"schemas": {"Person": schema, **(others or {})}}}


@pytest.mark.parametrize("service", SERVICES)
def test_the_committed_types_are_those_of_the_document(service: str) -> None:
    committed = (FOLDER / f"{service}.py").read_text("utf-8")

    assert committed == source(service, document(service)), "run `make contracts` and read what changed"


def test_there_are_no_types_but_the_generated_ones() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == {"__init__", *SERVICES}


@pytest.mark.parametrize(
    ("schema", "expression"),
    [
        ({"type": "string", "format": "date-time"}, "str"),
        ({"type": ["string", "null"]}, "str | None"),
        ({"type": "integer", "minimum": 1}, "int"),
        ({"type": "number"}, "float"),
        ({"type": "boolean"}, "bool"),
        ({"enum": ["ACTIF", "INACTIF"]}, 'Literal["ACTIF", "INACTIF"]'),
        ({"enum": ["ACTIF", None]}, 'Literal["ACTIF"] | None'),
        ({"enum": [f"VALUE_{number}" for number in range(20)]}, "str"),
        ({"anyOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}]}, "Person | None"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Person"}}, "list[Person]"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "dict[str, str]"),
        ({"type": "object", "additionalProperties": {}}, "dict[str, object]"),
    ],
)
def test_a_schema_has_the_type_of_what_it_describes(schema: JsonObject, expression: str) -> None:
    assert python_type(schema) == expression


@pytest.mark.parametrize(
    "schema", [{}, {"type": "text"}, {"oneOf": [{"type": "string"}]}, {"type": "object", "properties": {}}]
)
def test_a_schema_that_is_not_understood_stops_the_generation(schema: JsonObject) -> None:
    with pytest.raises(UnknownSchema):
        python_type(schema)


def test_a_member_that_may_be_absent_is_told_from_one_that_may_be_null() -> None:
    properties = {"name": {"type": ["string", "null"]}, "label": {"type": "string", "description": "shown first"}}
    person = {"type": "object", "properties": properties, "required": ["name"], "additionalProperties": False}

    module = source("people", a_document(person))

    assert module.endswith(
        "from typing import NotRequired, TypedDict, final\n\n\n"
        "@final\n"
        "class Person(TypedDict):\n"
        '    """Answer to GET /people."""\n\n'
        "    name: str | None\n"
        "    label: NotRequired[str]\n"
        '    """Shown first."""\n'
    )


def test_only_answers_have_a_type_and_each_stands_behind_its_parts() -> None:
    town = {"type": "object", "properties": {"name": {"type": "string"}}}
    person = {"type": "object", "properties": {"town": {"$ref": "#/components/schemas/Town"}}}
    others = {"Town": town, "NewPerson": person, "Nothing": {"type": "object", "properties": {}}}

    module = source("people", a_document(person, others))

    assert [line for line in module.splitlines() if line.startswith("class")] == [
        "class Town(TypedDict):",
        "class Person(TypedDict):",
    ]


@pytest.mark.parametrize("path", ["/internal/people", "/personal-data", "/live"])
def test_answers_that_the_gateway_does_not_look_into_have_no_type(path: str) -> None:
    person = {"type": "object", "properties": {"name": {"type": "string"}}}

    assert "class" not in source("people", a_document(person, path=path))
