"""A-15: what is personal is known as such, in every event and in every table."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column

from chassis.events import contracts
from chassis.events.contracts import PERSONAL_OF
from chassis.events.outbox import Event
from chassis.processes.service import AnyService
from tests.kit.databases import statements
from tests.kit.fleet import running, services
from tests.kit.support import ServiceUnderTest, contract_example
from tests.services.identity.builders import a_session, an_account

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

PERSON = 41
LEFT_OUT = {
    "identity second_steps.account_id": "a sign-in that waits for its second factor, for minutes: a hash and its end",
    "identity passkey_challenges.account_id": "a random question to a passkey, for minutes",
    "notifier mails.caused_by": "that what they did was mailed to somebody: the act itself is in the copy",
}
"""Column that names an account → why the copy of one's data is made without it."""


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
def test_every_handler_applies_a_redacted_event(service: AnyService) -> None:
    with running(service) as under_test, under_test.database.writing() as session:
        session.info["resources"] = under_test.app.extensions["guichet.service"].resources
        for name, handler in service.handlers.items():
            handler(session, redacted_example(name))
            session.flush()


@pytest.mark.parametrize("service", services(), ids=lambda service: service.name)
def test_every_table_that_names_an_account_is_in_the_copy_of_ones_data_or_listed(service: AnyService) -> None:
    with running(service) as under_test:
        asked = asked_for_a_copy(under_test)

    naming = [
        f"{table.name}.{column.name}"
        for table in service.metadata.sorted_tables
        for column in table.columns
        if names_an_account(column)
    ]
    unasked = [name for name in naming if not any(f"{name} = " in statement for statement in asked)]
    assert naming
    assert [name for name in unasked if f"{service.name} {name}" not in LEFT_OUT] == []


def names_an_account(column: Column[Any]) -> bool:
    points_there = any(key.target_fullname == "accounts.id" for key in column.foreign_keys)
    return points_there or column.name == "account_id" or column.name.endswith("_by")


def asked_for_a_copy(under_test: ServiceUnderTest) -> list[str]:
    """The statements that a copy of a person's data takes."""
    if under_test.app.name == "identity":
        with under_test.database.writing() as session:
            session.add(an_account(id=PERSON))
            session.flush()
            session.add(a_session(id=1, account_id=PERSON))
    with statements() as sent:
        answer = under_test.client.get("/personal-data", headers=under_test.person_headers(PERSON))
    assert answer.status_code == 200, answer.get_json()
    return [statement.replace("\n", " ") for statement, _ in sent]


def redacted_example(name: str) -> Event:
    example = contract_example(name)
    payload = contracts.redacted(name, example.payload, contracts.subjects(name, example.payload))
    return Event(example.id, name, 1, example.occurred_at, example.correlation_id, payload)
