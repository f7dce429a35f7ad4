"""A-15: what a service's log and its inbox tell of a person who is forgotten is redacted, and nothing else is."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.events import contracts
from chassis.events.erasure import erase_subject
from chassis.events.inbox import Inbox, ParkedRow
from chassis.events.outbox import Event, Handler, OutboxRow, record
from chassis.storage.database import Database
from tests.chassis.operating.copying import KINDS
from tests.kit import databases
from tests.kit.databases import everything_in, fresh_database
from tests.kit.support import contract_example

REQUESTED, REFUSED = "structures.attachment_requested.v1", "structures.attachment_refused.v1"
REGISTERED = "identity.account_registered.v1"
GONE, MANAGER, OTHER = 2**40 + 42, 41, 43
"""The first is one that no 32-bit number holds."""
SECRET = "Zébulon Quidam"


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    with databases.chosen(request.param), fresh_database("structures") as url:
        opened = Database(url)
        yield opened
        opened.dispose()


def tell(database: Database, name: str, **facts: Any) -> None:
    with database.writing() as session:
        record(session, name, {**contract_example(name).payload, **facts})


def forgotten(database: Database, subject: int = GONE) -> None:
    with database.writing() as session:
        erase_subject(session, subject)


def told(database: Database) -> list[Mapping[str, Any]]:
    with database.reading() as session:
        return list(session.scalars(select(OutboxRow.payload).order_by(OutboxRow.seq)))


def requested(*, position: int = 1, **facts: Any) -> Event:
    return contract_example(REQUESTED, position=position, **{"account_id": GONE, "comment": SECRET, **facts})


def test_events_about_others_stay_as_they_are(database: Database) -> None:
    tell(database, REQUESTED, account_id=OTHER, manager_ids=[GONE])
    tell(database, REFUSED, account_id=OTHER, refused_by=MANAGER)
    tell(database, "structures.attachment_cancelled.v1", account_id=GONE)
    before = everything_in(database)

    forgotten(database)

    assert [line for line in before.splitlines() if line not in everything_in(database)] == []


def test_the_words_of_the_person_are_emptied_in_the_log_and_all_else_of_it_stays(database: Database) -> None:
    tell(database, REQUESTED, account_id=GONE, comment=SECRET)

    forgotten(database)

    example = contract_example(REQUESTED).payload
    assert told(database) == [{**example, "account_id": GONE, "comment": ""}]
    assert SECRET not in everything_in(database)


@pytest.mark.parametrize(("about", "by"), [(GONE, MANAGER), (OTHER, GONE)])
def test_a_text_of_two_people_is_emptied_for_either(database: Database, about: int, by: int) -> None:
    tell(database, REFUSED, account_id=about, refused_by=by, reason=SECRET)

    forgotten(database)

    assert [payload["reason"] for payload in told(database)] == [""]


def test_forgetting_twice_is_forgetting_once(database: Database) -> None:
    tell(database, REQUESTED, account_id=GONE, comment=SECRET)
    forgotten(database)
    before = everything_in(database)

    forgotten(database)

    assert everything_in(database) == before


def test_what_arrives_afterwards_is_redacted_before_it_is_applied(database: Database) -> None:
    forgotten(database)
    seen: list[Mapping[str, Any]] = []

    applying(database, lambda _, event: seen.append(event.payload)).receive(
        [requested(), requested(position=2, account_id=OTHER)]
    )

    assert [payload["comment"] for payload in seen] == ["", SECRET]


def test_an_event_that_is_parked_afterwards_is_kept_redacted(database: Database) -> None:
    forgotten(database)

    applying(database, fails).receive([requested()])

    assert parked(database) == [requested().payload | {"comment": ""}]
    assert SECRET not in everything_in(database)


def test_an_event_that_was_parked_before_is_redacted_where_it_lies(database: Database) -> None:
    applying(database, fails).receive([requested(), requested(position=2, account_id=OTHER, comment="Moi aussi")])
    assert SECRET in everything_in(database)

    forgotten(database)

    assert [payload["comment"] for payload in parked(database)] == ["", "Moi aussi"]
    assert SECRET not in everything_in(database)


def test_an_event_of_a_newer_version_without_a_contract_here_is_left_to_its_handler(database: Database) -> None:
    unknown = contract_example(REQUESTED, account_id=GONE)
    newer = Event(unknown.id, "structures.attachment_requested.v9", 1, unknown.occurred_at, "", unknown.payload)
    forgotten(database)

    applying(database, fails).receive([newer])

    assert parked(database) == []


def test_the_contract_says_whose_texts_an_event_holds() -> None:
    payload = contract_example(REFUSED).payload

    assert contracts.subjects(REFUSED, payload) == {payload["account_id"], payload["refused_by"]}
    assert contracts.subjects("structures.attachment_cancelled.v1", payload) == frozenset()


def fails(_session: Session, _event: Event) -> None:
    raise ValueError


def applying(database: Database, handler: Handler) -> Inbox:
    return Inbox(database, {REQUESTED: handler}, {})


def parked(database: Database) -> list[Mapping[str, Any]]:
    with database.reading() as session:
        rows = sorted((row.event for row in session.scalars(select(ParkedRow))), key=lambda event: event["position"])
    return [row["payload"] for row in rows]
