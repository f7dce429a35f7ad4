"""What holds for the contract of every event."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chassis.events import contracts

NAME = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*\.v[1-9][0-9]*")
SECRETS = re.compile(r"password|secret|token|answer|link", re.IGNORECASE)


def objects_in(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and every part of it that describes an object."""
    if isinstance(schema, list):
        for part in schema:
            yield from objects_in(part)
    elif isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for keyword, part in schema.items():
            if keyword != "examples":
                yield from objects_in(part)


@pytest.mark.parametrize("name", sorted(contracts.event_names()))
def test_a_contract_is_a_schema_with_a_title_and_an_example_that_it_allows(name: str) -> None:
    schema = contracts.event_schema(name)

    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(schema)
    assert schema["examples"]
    for example in schema["examples"]:
        contracts.check(name, example)
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("name", sorted(contracts.event_names()))
def test_a_contract_allows_nothing_that_it_does_not_name(name: str) -> None:
    schema = contracts.event_schema(name)
    surprised = {**schema["examples"][0], "surprise": 1}

    with pytest.raises(contracts.ContractBroken):
        contracts.check(name, surprised)
    assert [part for part in objects_in(schema) if part.get("additionalProperties") is not False] == []


@pytest.mark.parametrize("name", sorted(contracts.event_names()))
def test_an_event_is_named_after_its_service_its_fact_and_its_version(name: str) -> None:
    assert NAME.fullmatch(name)


@pytest.mark.parametrize("name", sorted(contracts.event_names()))
def test_no_event_carries_a_secret(name: str) -> None:
    properties = contracts.event_schema(name)["properties"]

    assert [field for field in properties if SECRETS.search(field)] == []
