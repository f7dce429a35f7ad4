"""Codes are gathered from the text of the services: the gateway's tests import no service."""

import re
from pathlib import Path

import pytest

from chassis.ground import schemas
from gateway import messages
from gateway.api import contracts
from gateway.api.routes import ROUTES
from gateway.clients.documents import document

SERVICES = Path(__file__).parents[2] / "services"
FIELD_CODE = re.compile(r"""(?:error=|ValidationError\(|InvalidInput\(\{[^}]*: |"code": )"([a-z_]+)\"""")


def refusal_codes() -> set[str]:
    """Those that the contracts promise for the routes that the gateway shows."""
    answers = [answer for route in ROUTES for answer in contracts.operation(route)["responses"].values()]
    return {code for answer in answers for code in answer.get("x-codes", [])}


def field_codes() -> set[str]:
    sources = [*SERVICES.rglob("*.py"), Path(schemas.__file__)]
    return {code for source in sources for code in FIELD_CODE.findall(source.read_text("utf-8"))}


def input_fields() -> set[str]:
    """Every field that a person can get wrong, in bodies and queries of the public routes."""
    found: set[str] = set()
    for route in ROUTES:
        operation = contracts.operation(route)
        found |= {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"}
        for content in operation.get("requestBody", {}).get("content", {}).values():
            found |= _members(content["schema"], document(route.service))
    return found


def _members(schema: dict[str, object], document: dict[str, dict[str, dict[str, dict[str, object]]]]) -> set[str]:
    named = document["components"]["schemas"][str(schema["$ref"]).rpartition("/")[2]] if "$ref" in schema else schema
    properties = named.get("properties", {})
    assert isinstance(properties, dict)
    return set(properties)


def test_every_refusal_has_a_sentence() -> None:
    assert refusal_codes() - messages.SENTENCES.keys() == set()


def test_every_field_error_has_a_sentence() -> None:
    assert field_codes() - messages.FIELD_ERRORS.keys() - messages.SENTENCES.keys() == set()


def test_every_field_has_a_french_label() -> None:
    assert input_fields() - messages.LABELS.keys() == set()


@pytest.mark.parametrize("table", [messages.SENTENCES, messages.FIELD_ERRORS, messages.BY_STATUS])
def test_sentences_are_sentences(table: dict[str, str]) -> None:
    assert [sentence for sentence in table.values() if not re.fullmatch(r"[A-ZÀ-Ý].*\.", sentence)] == []


def test_an_unknown_code_gets_a_sentence_by_its_status() -> None:
    assert messages.for_refusal("of_tomorrow", 404) == messages.SENTENCES["not_found"]


def test_an_unknown_status_gets_a_sentence_too() -> None:
    assert messages.for_refusal("of_tomorrow", 418) == messages.OTHERWISE


def test_an_unknown_field_error_gets_a_sentence_too() -> None:
    assert messages.for_error("of_tomorrow") == messages.FIELD_OTHERWISE


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
    assert messages.label(field) == label


def test_a_field_is_named_where_it_must_be() -> None:
    assert messages.for_field("required", "postcode") == "Code postal : cette information est obligatoire."
