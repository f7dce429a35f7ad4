"""A-15: every text of an event is somebody's, and can be emptied, or is said here to be nobody's."""

from collections.abc import Iterator
from typing import Any

import pytest

from chassis import contracts
from chassis.contracts import PERSONAL_OF
from chassis.events import Event
from chassis.service import Service
from tests.fleet import running, services
from tests.support import contract_example

NOBODYS = {
    "structure_name": "the name of a legal entity",
    "name": "the same, where the event is about the structure",
    "identifier": "of a legal entity",
    "espace": "a code of the catalogue",
    "espace_label": "a name in the catalogue",
    "espaces.espace_closed.v1 reason": "a code: openings are closed by rules, not by people",
    "espaces.subscription_ended.v1 reason": "a code: why it ended",
}
"""Field, in every event or in one → why it is not personal."""


def texts(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The free texts of an event."""
    for field, told in contracts.event_schema(name)["properties"].items():
        if "string" in told.get("type", ()) and "enum" not in told and "const" not in told:
            yield field, told


@pytest.mark.parametrize("name", sorted(contracts.event_names()))
def test_every_text_of_an_event_is_somebodys_or_listed_as_nobodys(name: str) -> None:
    unclear = [
        field
        for field, told in texts(name)
        if PERSONAL_OF not in told and field not in NOBODYS and f"{name} {field}" not in NOBODYS
    ]

    assert unclear == []


@pytest.mark.parametrize("name", sorted(contracts.event_names()))
def test_a_personal_text_names_required_numbers_of_its_own_event_as_its_owners(name: str) -> None:
    schema = contracts.event_schema(name)

    for owner in contracts.owners(name):
        assert schema["properties"][owner]["type"] == "integer"
        assert owner in schema["required"]


@pytest.mark.parametrize("name", sorted(contracts.event_names()))
def test_a_redacted_event_keeps_its_contract(name: str) -> None:
    for example in contracts.event_schema(name)["examples"]:
        contracts.check(name, contracts.redacted(name, example, contracts.subjects(name, example)))


@pytest.mark.parametrize("service", services(), ids=lambda service: service.name)
def test_every_handler_applies_a_redacted_event(service: Service) -> None:
    with running(service) as under_test, under_test.database.writing() as session:
        session.info["resources"] = under_test.app.extensions["guichet.service"].resources
        for name, handler in service.handlers.items():
            handler(session, redacted_example(name))
            session.flush()


def redacted_example(name: str) -> Event:
    example = contract_example(name)
    payload = contracts.redacted(name, example.payload, contracts.subjects(name, example.payload))
    return Event(example.id, name, 1, example.occurred_at, example.correlation_id, payload)
