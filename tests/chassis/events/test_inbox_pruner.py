"""Ids of received events are forgotten after a time, in small steps, and what comes again all the same is known."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from chassis.events.inbox import ParkedRow
from chassis.events.inbox_pruner import STEP, InboxPruner
from chassis.events.outbox import Event, OutboxRow, record
from chassis.events.received import FollowedRow, InboxRow
from chassis.ground.clock import now
from chassis.ground.settings import Secret, ServiceSettings, SettingsError
from chassis.operating.rebuild import CannotRebuild, rebuild
from services.notifier.app import SERVICE as NOTIFIER
from tests.chassis.wire import ACTIVATED, Wire, embedded

DAYS = 7


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    with embedded(tmp_path) as made:
        yield made


def follow(wire: Wire, many: int) -> None:
    with wire.producer.database.writing() as session:
        for number in range(1, many + 1):
            record(session, ACTIVATED, {"account_id": number})
    wire.relay()
    wire.deliver()


def age(wire: Wire, up_to: int, days: int = DAYS + 1) -> None:
    with wire.database.writing() as session:
        old = update(InboxRow).where(InboxRow.position <= up_to)
        session.execute(old.values(received_at=now() - timedelta(days=days)))


def prune(wire: Wire, *rebuilt: str) -> int:
    """Return in how many steps."""
    pruner, steps = InboxPruner(wire.database, DAYS, rebuilt), 0
    while pruner.run_once():
        steps += 1
    return steps


def kept(wire: Wire) -> list[int]:
    with wire.database.reading() as session:
        return list(session.scalars(select(InboxRow.position).order_by(InboxRow.position)))


def test_what_is_young_stays_whatever_is_old_behind_it(wire: Wire) -> None:
    follow(wire, 6)
    age(wire, 6)
    with wire.database.writing() as session:
        session.execute(update(InboxRow).where(InboxRow.position == 3).values(received_at=now()))

    prune(wire)

    assert kept(wire) == [3, 4, 5, 6]


def test_the_last_event_stays_for_it_is_named_to_the_producer(wire: Wire) -> None:
    follow(wire, 3)
    age(wire, 3)

    assert (prune(wire), prune(wire)) == (1, 0)

    assert kept(wire) == [3]
    assert wire.inbox.follow("identity") == 0


def test_many_are_forgotten_in_small_steps(wire: Wire) -> None:
    follow(wire, 2 * STEP + 10)
    age(wire, 2 * STEP + 5)

    assert prune(wire) == 3

    assert kept(wire) == list(range(2 * STEP + 6, 2 * STEP + 11))


def test_a_forgotten_event_that_comes_again_is_not_applied_again(wire: Wire) -> None:
    follow(wire, 5)
    age(wire, 3)
    prune(wire)
    events = wire.feed.after(0)

    wire.inbox.receive(events)
    wire.inbox.receive(events[:2])
    with wire.database.writing() as session:
        session.execute(update(FollowedRow).values(position=1))  # an operator set it back
    wire.deliver()

    assert wire.effects() == [1, 2, 3, 4, 5]
    assert wire.inbox.position("identity") == 5


def test_a_producer_restored_to_a_moment_of_which_nothing_is_known_any_more_cannot_be_accepted(wire: Wire) -> None:
    follow(wire, 6)
    age(wire, 4)
    prune(wire)
    with wire.producer.database.writing() as session:
        session.execute(delete(OutboxRow).where(OutboxRow.position > 3))

    with pytest.raises(CannotRebuild, match="GUICHET_INBOX_RETENTION_DAYS"):
        rebuild(wire.database, NOTIFIER.read_models, {"identity": wire.feed}, restored=["identity"])


@pytest.mark.parametrize(("rebuilt", "left"), [((), 0), ((ACTIVATED,), 3)])
def test_parked_events_end_too_unless_a_rebuild_asks_for_them(wire: Wire, rebuilt: tuple[str, ...], left: int) -> None:
    def fails(_session: Session, _event: Event) -> None:
        raise ValueError

    wire.handler = fails
    follow(wire, 3)
    prune(wire, *rebuilt)
    assert len(wire.parked()) == 3
    with wire.database.writing() as session:
        session.execute(update(ParkedRow).values(parked_at=now() - timedelta(days=DAYS + 1)))

    prune(wire, *rebuilt)

    with wire.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ParkedRow)) == left


def test_ids_are_kept_for_a_week_at_least() -> None:
    with pytest.raises(SettingsError, match="GUICHET_INBOX_RETENTION_DAYS"):
        ServiceSettings(
            database_url="sqlite://",
            identity_url="http://127.0.0.1:9",
            client_secret=Secret("a-secret-of-this-test"),
            inbox_retention_days=6,
        )
