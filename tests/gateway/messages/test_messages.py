"""Codes are gathered from the text of the services: the gateway's tests import no service."""

import re
from pathlib import Path

import pytest

from chassis.ground import schemas
from gateway.api import contracts
from gateway.api.routes import ROUTES
from gateway.clients.documents import document
from gateway.messages import fields, refusals

SERVICES = Path(__file__).parents[2] / "services"
FIELD_CODE = re.compile(r"""(?:error=|ValidationError\(|InvalidInput\(\{[^}]*: |"code": )"([a-z_]+)\"""")


def refusal_codes() -> set[str]:
    """Return the codes in the contracts of the gateway's routes."""
    answers = [answer for route in ROUTES for answer in contracts.operation(route)["responses"].values()]
    return {code for answer in answers for code in answer.get("x-codes", [])}


def field_codes() -> set[str]:
    sources = [*SERVICES.rglob("*.py"), Path(schemas.__file__)]
    return {code for source in sources for code in FIELD_CODE.findall(source.read_text("utf-8"))}


def input_fields() -> set[str]:
    """Return the fields that a person can get wrong, in bodies and queries of the public routes."""
    names: set[str] = set()
    for route in ROUTES:
        operation = contracts.operation(route)
        names |= {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"}
        for content in operation.get("requestBody", {}).get("content", {}).values():
            names |= _members(content["schema"], document(route.service))
    return names


def _members(schema: dict[str, object], document: dict[str, dict[str, dict[str, dict[str, object]]]]) -> set[str]:
    named = document["components"]["schemas"][str(schema["$ref"]).rpartition("/")[2]] if "$ref" in schema else schema
    properties = named.get("properties", {})
    assert isinstance(properties, dict)
    return set(properties)


def test_every_refusal_has_a_sentence() -> None:
    assert refusal_codes() - refusals.SENTENCES.keys() == set()


def test_every_field_error_has_a_sentence() -> None:
    assert field_codes() - fields.FIELD_ERRORS.keys() - refusals.SENTENCES.keys() == set()


def test_every_field_has_a_french_label() -> None:
    assert input_fields() - fields.LABELS.keys() == set()


@pytest.mark.parametrize("table", [refusals.SENTENCES, fields.FIELD_ERRORS, refusals.BY_STATUS])
def test_sentences_are_sentences(table: dict[str, str]) -> None:
    assert [sentence for sentence in table.values() if not re.fullmatch(r"[A-ZÀ-Ý].*\.", sentence)] == []


def test_an_unknown_code_gets_a_sentence_by_its_status() -> None:
    assert refusals.sentence("of_tomorrow", 404) == refusals.SENTENCES["not_found"]


def test_an_unknown_status_gets_a_sentence_too() -> None:
    assert refusals.sentence("of_tomorrow", 418) == refusals.DEFAULT


def test_an_unknown_field_error_gets_a_sentence_too() -> None:
    assert fields.sentence("of_tomorrow") == fields.DEFAULT


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("postcode", "Code postal"),
        ("checks.3.espace", "Espace"),
        ("attachment_ids.0", "Rattachements"),
        ("options.colour", "colour"),
        ("7", "7"),
        ("", ""),
    ],
)
def test_a_field_is_called_what_the_portal_calls_it(field: str, label: str) -> None:
    assert fields.label(field) == label


def test_a_field_is_named_where_it_must_be() -> None:
    sentence = "Code postal : cette information est obligatoire. Indiquez-la."

    assert fields.labelled_sentence("required", "postcode") == sentence
