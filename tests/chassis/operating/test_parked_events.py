"""A parked event is tried again, once, as the inbox would have applied it."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from chassis.events.inbox import Inbox
from chassis.events.outbox import Event, Handler
from chassis.ground.problems import Unavailable
from chassis.operating.parked_events import NoHandler, NotParked, parked, replay
from chassis.processes.service import AnyRunningService, RunningService
from services.espaces.app import SERVICE
from services.espaces.handlers import HANDLERS
from tests.chassis.operating.copying import CHANGED, CREATED, KINDS, REGISTERED, Espaces, espaces
from tests.kit.together import together


def fails(session: Session, event: Event) -> None:
    HANDLERS[event.name](session, event)
    session.flush()
    raise ValueError(str(event.payload))


@pytest.fixture(params=KINDS)
def known(request: pytest.FixtureRequest) -> Iterator[Espaces]:
    with espaces(request.param) as made:
        made.hear_of(2)
        yield made


def park(known: Espaces, name: str, **facts: Any) -> Event:
    told = known.tell(name, **facts)
    Inbox(known.database, {name: fails}, {}).receive([told])
    return told


def operated(known: Espaces, **handlers: Handler) -> AnyRunningService:
    """The service as a command has it; `handlers` replace those of REGISTERED."""
    running: AnyRunningService = known.service.app.extensions["guichet.service"]
    declared = SERVICE if not handlers else replace(SERVICE, handlers={**HANDLERS, REGISTERED: handlers["registered"]})
    again = RunningService(declared, running.settings)
    again.database = known.database
    again.build()
    return again


def test_an_event_that_is_not_parked_is_not_replayed(known: Espaces) -> None:
    heard = known.hear(REGISTERED, account_id=3)

    for event_id in (heard.id, uuid.uuid4()):
        with pytest.raises(NotParked):
            replay(operated(known), event_id)


def test_an_event_that_fails_again_stays_with_its_new_error(known: Espaces) -> None:
    def fails_otherwise(session: Session, event: Event) -> None:
        HANDLERS[event.name](session, event)
        raise LookupError

    poison = park(known, REGISTERED, account_id=3)
    before = known.copies()

    fault = replay(operated(known, registered=fails_otherwise), poison.id)

    (row,) = parked(known.database)
    assert (fault, row.summary) == (row.error, "LookupError")
    assert known.copies() == before


def test_a_fault_of_the_surroundings_leaves_the_row_as_it_was(known: Espaces) -> None:
    def is_cut_off(session: Session, event: Event) -> None:
        raise Unavailable

    poison = park(known, REGISTERED, account_id=3)
    before = parked(known.database)

    with pytest.raises(Unavailable):
        replay(operated(known, registered=is_cut_off), poison.id)

    assert parked(known.database) == before


def test_an_event_that_nobody_handles_any_more_stays(known: Espaces) -> None:
    poison = park(known, REGISTERED, account_id=3)
    running = operated(known)
    running.service = replace(SERVICE, handlers={})

    with pytest.raises(NoHandler):
        replay(running, poison.id)

    assert [row.event for row in parked(known.database)] == [poison]


def test_once_the_cause_is_put_right_it_is_applied_and_parked_no_more(known: Espaces) -> None:
    poison = park(known, REGISTERED, account_id=3)

    fault = replay(operated(known), poison.id)

    assert (fault, parked(known.database)) == (None, [])
    assert [row[0] for row in known.copies()["people"]] == [1, 2, 3]


def test_what_follows_from_it_follows(known: Espaces) -> None:  # E-12
    known.service.client.post(
        "/structures/1/openings",
        json={"espace": "ENGAGEMENTS", "permissions": ["CONSULTATION_UNIQUEMENT"], "options": {}},
        headers=known.service.person_headers(1),
    )
    poison = park(known, CHANGED, structure_id=1, status="INACTIF")
    before = known.recorded()

    replay(operated(known), poison.id)

    told = [name for name, _ in known.service.recorded()[before:]]
    assert told[0] == "espaces.espace_closed.v1"
    assert set(told[1:]) == {"espaces.subscription_ended.v1"}


def test_parked_events_are_in_their_producers_order_and_their_errors_quote_nobody(known: Espaces) -> None:
    later = park(known, CREATED, structure_id=9, attachment_id=9)
    sooner = park(known, REGISTERED, account_id=3)

    rows = parked(known.database)

    assert [row.event.id for row in rows] == [sooner.id, later.id]
    assert {row.summary for row in rows} == {"ValueError"}
    assert not any(
        str(value) in row.error for row in rows for value in row.event.payload.values() if len(str(value)) > 4
    )


def test_two_operators_at_once_apply_it_once(known: Espaces) -> None:
    applied: list[int] = []

    def counts(session: Session, event: Event) -> None:
        applied.append(event.position)
        HANDLERS[event.name](session, event)

    def attempt() -> str | None:
        try:
            return replay(operated(known, registered=counts), poison.id)
        except NotParked:
            return "not parked"

    poison = park(known, REGISTERED, account_id=3)

    outcomes = together(attempt, attempt)

    assert sorted(outcomes, key=str) == [None, "not parked"]
    assert applied == [poison.position]
