from typing import Any

from flask.testing import FlaskClient

from gateway.api.routes import ROUTES
from gateway.api.schemas_in_words import Row, rows, shape
from gateway.app import openapi


def test_the_document_is_served_as_it_is_exported(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json")

    assert (answer.mimetype, answer.json) == ("application/json", openapi())


def test_the_page_shows_every_operation(client: FlaskClient) -> None:
    page = client.get("/api/docs").get_data(as_text=True)

    missing = [route for route in ROUTES if f"<code>/api/v1{route.path}</code>" not in page]
    assert missing == []


def test_the_page_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/api/docs").get_data(as_text=True)

    assert "//" not in page.replace("<!doctype html>", "").replace("http://json-schema.org", "")
    assert "<script" not in page


def test_the_page_says_each_code_in_french(client: FlaskClient) -> None:
    page = client.get("/api/docs").get_data(as_text=True)

    assert "<code>siret_closed</code> : Cet établissement est fermé dans la base INSEE." in page


def test_a_schema_is_said_in_a_few_words() -> None:
    document = {"components": {"schemas": {"Person": {"type": "object"}}}}
    said: dict[str, dict[str, Any]] = {
        "texte, 5 caractères au plus": {"type": "string", "maxLength": 5},
        "adresse électronique ou vide": {"type": ["string", "null"], "format": "email"},
        "liste de : Person": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
        "ACTIF | vide": {"enum": ["ACTIF", None]},
        "Person ou vide": {"anyOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}]},
        "nombre entier, 1 au moins, 100 au plus": {"type": "integer", "minimum": 1, "maximum": 100},
        "objet": {},
    }

    assert {shape(schema, document): schema for schema in said.values()} == said


def test_the_members_of_a_schema_say_which_are_always_there() -> None:
    person = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    }
    document = {"components": {"schemas": {"Person": person}}}

    members = rows({"$ref": "#/components/schemas/Person"}, document)

    assert members == [Row("name", "texte", True), Row("age", "nombre entier", False)]
