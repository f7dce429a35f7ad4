"""An event that comes before its handler exists is applied by the version that has it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from chassis.events.feed import LogDiverged
from chassis.events.inbox import Inbox
from chassis.events.outbox import Event, Handler, OutboxRow, record
from chassis.ground.problems import Unavailable
from tests.chassis.wire import ACTIVATED, Wire, apply, embedded

NEW = "identity.account_deactivated.v1"
OLD_VERSION = {ACTIVATED: apply}
NEW_VERSION = {ACTIVATED: apply, NEW: apply}


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    with embedded(tmp_path) as made:
        yield made


def tell(wire: Wire, *account_ids: int) -> None:
    """Even numbers are of the event that only the new version knows."""
    for account_id in account_ids:
        with wire.producer.database.writing() as session:
            record(session, ACTIVATED if account_id % 2 else NEW, {"account_id": account_id})
    wire.relay()


def follow(wire: Wire, handlers: Mapping[str, Handler]) -> None:
    inbox = Inbox(wire.database, handlers, {"identity": wire.feed})
    while inbox.follow("identity"):
        pass


def test_what_the_old_version_passed_over_is_applied_by_the_new_one_once_and_in_order(wire: Wire) -> None:
    tell(wire, *range(1, 8))
    follow(wire, OLD_VERSION)
    assert wire.effects() == [1, 3, 5, 7]

    for _ in range(3):
        follow(wire, NEW_VERSION)

    assert wire.effects() == [1, 3, 5, 7, 2, 4, 6]


def test_versions_that_take_turns_pass_nothing_over_for_good_and_apply_nothing_twice(wire: Wire) -> None:
    for first in (1, 11, 21, 31):
        tell(wire, first, first + 1)
        follow(wire, NEW_VERSION if first in (11, 31) else OLD_VERSION)

    follow(wire, NEW_VERSION)

    assert sorted(wire.effects()) == sorted(first + more for first in (1, 11, 21, 31) for more in (0, 1))


def test_many_are_applied_page_by_page(wire: Wire) -> None:
    with wire.producer.database.writing() as session:
        for number in range(1, 251):
            record(session, NEW, {"account_id": number})
    wire.relay()
    follow(wire, OLD_VERSION)

    follow(wire, NEW_VERSION)

    assert wire.effects() == list(range(1, 251))


def test_a_late_handler_that_fails_has_its_event_parked_and_the_others_applied(wire: Wire) -> None:
    def fails_for_four(session: Session, event: Event) -> None:
        if event.payload["account_id"] == 4:
            raise ValueError
        apply(session, event)

    tell(wire, 2, 4, 6)
    follow(wire, OLD_VERSION)

    follow(wire, {**OLD_VERSION, NEW: fails_for_four})
    follow(wire, NEW_VERSION)

    assert wire.effects() == [2, 6]
    assert [event["payload"] for event in wire.parked()] == [{"account_id": 4}]


def test_a_crash_in_a_late_handler_leaves_it_for_the_next_start(wire: Wire) -> None:
    def dies(session: Session, event: Event) -> None:
        apply(session, event)
        raise Unavailable

    tell(wire, 2, 4)
    follow(wire, OLD_VERSION)
    with pytest.raises(Unavailable):
        follow(wire, {**OLD_VERSION, NEW: dies})
    assert wire.effects() == []

    follow(wire, NEW_VERSION)

    assert wire.effects() == [2, 4]


def test_what_a_restored_producer_does_not_know_any_more_is_not_applied(wire: Wire) -> None:
    tell(wire, 1, 2, 3)
    follow(wire, OLD_VERSION)
    with wire.producer.database.writing() as session:
        session.execute(delete(OutboxRow).where(OutboxRow.position > 1))
    tell(wire, 4)

    with pytest.raises(LogDiverged):
        follow(wire, NEW_VERSION)

    assert wire.effects() == [1, 3]
