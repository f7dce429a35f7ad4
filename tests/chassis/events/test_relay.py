"""Positions: 1, 2, 3 … without holes, in the order of the commits."""

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from chassis.events.contracts import ContractBroken
from chassis.events.inbox import ParkedRow
from chassis.events.outbox import OutboxRow, record
from tests.chassis.wire import ACTIVATED, Wire, embedded
from tests.kit.together import together


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    with embedded(tmp_path) as made:
        yield made


def positions(wire: Wire) -> list[int | None]:
    with wire.producer.database.reading() as session:
        return list(session.scalars(select(OutboxRow.position).order_by(OutboxRow.seq)))


def test_positions_have_no_holes_though_writers_race_and_fail(wire: Wire) -> None:
    def write(number: int) -> None:
        wire.producer.record(number)
        with pytest.raises(RuntimeError), wire.producer.database.writing() as session:
            record(session, ACTIVATED, {"account_id": number})
            raise RuntimeError

    writers = [threading.Thread(target=write, args=(number,)) for number in range(1, 9)]
    for writer in writers:
        writer.start()
    wire.relay()
    for writer in writers:
        writer.join()
    wire.relay()

    assert sorted(position or 0 for position in positions(wire)) == list(range(1, 9))
    assert [event.position for event in wire.feed.after(0)] == list(range(1, 9))


def test_more_than_a_batch_is_published_in_order(wire: Wire) -> None:
    with wire.producer.database.writing() as session:
        for number in range(1, 703):
            record(session, ACTIVATED, {"account_id": number})

    wire.relay()

    assert positions(wire) == list(range(1, 703))


def test_what_was_rolled_back_was_never_recorded(wire: Wire) -> None:
    with pytest.raises(RuntimeError), wire.producer.database.writing() as session:
        record(session, ACTIVATED, {"account_id": 1})
        raise RuntimeError

    wire.relay()

    assert positions(wire) == []


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("identity.account_vanished.v1", {"account_id": 1}),
        (ACTIVATED, {}),
        (ACTIVATED, {"account_id": "1"}),
        (ACTIVATED, {"account_id": 1, "password": "secret"}),
    ],
)
def test_what_no_contract_allows_is_not_recorded(wire: Wire, name: str, payload: dict[str, object]) -> None:
    with pytest.raises(ContractBroken) as broken, wire.producer.database.writing() as session:
        record(session, name, payload)

    assert positions(wire) == []
    assert "secret" not in str(broken.value)


def test_the_same_event_in_two_threads_at_once_is_applied_once(wire: Wire) -> None:
    wire.producer.record(1)
    wire.relay()
    events = wire.feed.after(0)

    together(*[partial(wire.new_inbox().receive, events) for _ in range(6)])

    assert wire.effects() == [1]


def test_a_parked_event_says_where_it_failed_and_nothing_that_the_fault_quoted(wire: Wire) -> None:
    address = "camille.moreau@exemple.fr"

    def quotes(*_: object) -> None:
        raise ValueError(address)

    wire.producer.record(1)
    wire.relay()
    wire.handler = quotes
    wire.deliver()

    with wire.database.reading() as session:
        (error,) = session.execute(select(ParkedRow.error)).scalars()
    assert "ValueError" in error
    assert "quotes" in error
    assert "camille" not in error
