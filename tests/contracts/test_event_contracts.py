"""What holds for the contract of every event."""

import re

import pytest
from jsonschema import Draft202012Validator

from chassis import contracts

NAME = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*\.v[1-9][0-9]*")
SECRETS = re.compile(r"password|secret|token|answer|link", re.IGNORECASE)


@pytest.mark.parametrize("name", sorted(contracts.event_names()))
def test_a_contract_is_a_schema_with_a_title_and_an_example_that_it_allows(name: str) -> None:
    schema = contracts.event_schema(name)

    Draft202012Validator.check_schema(schema)
    for example in schema["examples"]:
        contracts.check(name, example)
    assert schema["title"]
    assert schema["description"]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("name", sorted(contracts.event_names()))
def test_an_event_is_named_after_its_service_its_fact_and_its_version(name: str) -> None:
    assert NAME.fullmatch(name)


@pytest.mark.parametrize("name", sorted(contracts.event_names()))
def test_no_event_carries_a_secret(name: str) -> None:
    properties = contracts.event_schema(name)["properties"]

    assert [field for field in properties if SECRETS.search(field)] == []
