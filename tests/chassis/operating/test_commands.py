"""`guichet events …` as an operator types it."""

import json
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chassis.cli import main
from chassis.events.inbox import Inbox
from chassis.events.relay import Relay
from chassis.events.transport import EmbeddedTransport
from tests.chassis.operating.copying import REGISTERED, Espaces, espaces
from tests.chassis.operating.test_parked_events import fails
from tests.kit.databases import SQLITE, address

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def known() -> Iterator[Espaces]:
    with espaces(SQLITE) as made:
        made.hear_of(2)
        yield made


def run(known: Espaces, *words: str, **settings: str) -> Result:
    env = environment(address(known.database), settings)
    return CliRunner(catch_exceptions=False).invoke(main, ["events", *words], env=env)


def environment(database_url: str, settings: dict[str, str]) -> dict[str, str]:
    usual = {
        "DATABASE_URL": database_url,
        "IDENTITY_URL": NOWHERE,
        "CLIENT_SECRET": "espaces-of-this-test",
        "FEEDS": f"identity={NOWHERE},structures={NOWHERE}",
    }
    return {f"GUICHET_{name}": value for name, value in {**usual, **settings}.items()}


def park(known: Espaces, account_id: int) -> uuid.UUID:
    told = known.tell(REGISTERED, account_id=account_id)
    Inbox(known.database, {REGISTERED: fails}, {}).receive([told])
    return told.id


@pytest.mark.parametrize(
    "words", [["status"], ["parked"], ["replay", "--all"], ["rebuild"]], ids=lambda words: words[0]
)
def test_a_database_that_cannot_be_reached_is_a_sentence(words: Sequence[str]) -> None:
    command, *options = words
    nowhere = environment("sqlite:////nowhere/espaces.db", {})

    answer = CliRunner().invoke(main, ["events", command, "espaces", *options], env=nowhere)

    assert answer.exit_code == 1
    assert answer.output.startswith("Error: The database does not answer, or has not been migrated: ")


def test_a_producer_without_an_address_is_named(known: Espaces) -> None:
    answer = run(known, "status", "espaces", FEEDS=f"identity={NOWHERE}")

    assert answer.exit_code == 2
    assert "GUICHET_FEEDS: no address of structures" in answer.output


def test_producers_and_a_broker_that_do_not_answer_are_said_to(known: Espaces) -> None:
    broker = {"BROKER_URL": "amqp://espaces@127.0.0.1:9/guichet", "BROKER_PASSWORD": "a-password-of-this-test"}
    answer = run(known, "status", "espaces", "--json", **broker)

    facts = json.loads(answer.output)
    assert answer.exit_code == 0
    assert facts["followed identity"] == {"followed up to": 3, "problem": "no answer"}
    assert facts["followed structures"] == {"followed up to": 2, "problem": "no answer"}
    assert facts["queue guichet.espaces"] == facts["queue guichet.espaces.dead"] == {"problem": "no answer"}


def test_what_was_told_and_what_waits_is_counted(known: Espaces) -> None:
    park(known, 3)
    open_an_espace(known)

    before = facts(known)["outbox"]
    relay = Relay(known.database, EmbeddedTransport({}))
    relay.run_once()
    published = facts(known)["outbox"]
    relay.run_once()
    relay.close()

    assert before == outbox(recorded=1, waiting=1, last=0, published=0, unpublished=0)
    assert published == outbox(recorded=1, waiting=0, last=1, published=0, unpublished=1)
    assert facts(known)["outbox"] == outbox(recorded=1, waiting=0, last=1, published=1, unpublished=0)
    assert facts(known)["inbox"] == {"parked": 1}


def test_without_json_there_is_a_line_for_each_fact(known: Espaces) -> None:
    lines = run(known, "status", "espaces").output.splitlines()

    assert lines[0].split(": ")[0] == "outbox"
    assert [line.split()[-1] for line in lines if "recorded" in line or "parked" in line] == ["0", "0"]
    assert len(lines) == 5 + 1 + 2 * 2


def test_parked_events_are_listed_without_what_they_tell(known: Espaces) -> None:
    event_id = park(known, 3)

    lines = run(known, "parked", "espaces").output.splitlines()
    (row,) = json.loads(run(known, "parked", "espaces", "--json").output)

    assert [lines[0].split("\t")[place] for place in (0, 1, 2, 4)] == [str(event_id), REGISTERED, "4", "ValueError"]
    assert row.keys() == {"id", "name", "position", "parked_at", "error"}
    assert row["error"].startswith("ValueError\n")


@pytest.mark.parametrize("words", [[], ["--all", str(uuid.uuid4())]])
def test_either_one_event_is_replayed_or_all(known: Espaces, words: Sequence[str]) -> None:
    answer = run(known, "replay", "espaces", *words)

    assert answer.exit_code == 2
    assert "name one event, or say --all" in answer.output


def test_an_unknown_event_is_not_replayed(known: Espaces) -> None:
    unknown = uuid.uuid4()

    answer = run(known, "replay", "espaces", str(unknown))

    assert (answer.exit_code, answer.output) == (1, f"Error: No event {unknown} is parked.\n")


def test_all_that_work_are_applied_and_one_that_fails_again_is_named(known: Espaces) -> None:
    poison = known.tell(REGISTERED, account_id=3)
    poison.payload.clear()
    known.service.inbox.receive([poison])
    fine = park(known, 4)

    answer = run(known, "replay", "espaces", "--all")

    assert answer.exit_code == 1
    assert answer.output == f"{poison.id}: failed again: KeyError\n{fine}: applied\n"
    assert [row[0] for row in known.copies()["people"]] == [1, 2, 4]
    assert run(known, "replay", "espaces", "--all").exit_code == 1


def test_one_event_is_replayed_by_its_id(known: Espaces) -> None:
    event_id = park(known, 3)

    answer = run(known, "replay", "espaces", str(event_id))

    assert (answer.exit_code, answer.output) == (0, f"{event_id}: applied\n")


def test_a_producer_that_does_not_answer_stops_a_rebuild(known: Espaces) -> None:
    answer = run(known, "rebuild", "espaces")

    assert answer.exit_code == 1
    assert "feed does not answer" in answer.output
    assert "Nothing was changed." in answer.output


def facts(known: Espaces) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(known, "status", "espaces", "--json").output)
    return found


def outbox(*, recorded: int, waiting: int, last: int, published: int, unpublished: int) -> dict[str, int]:
    return {
        "recorded": recorded,
        "waiting for a position": waiting,
        "last position": last,
        "published up to": published,
        "not yet published": unpublished,
    }


def open_an_espace(known: Espaces) -> None:
    """An event of espaces' own."""
    known.service.client.post(
        "/structures/1/openings",
        json={"espace": "ENGAGEMENTS", "permissions": ["CONSULTATION_UNIQUEMENT"], "options": {}},
        headers=known.service.person_headers(1),
    )
