"""The feed over HTTP: by position, bounded, and waiting for news when asked to."""

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chassis.events.outbox import Event, record
from tests.chassis.wire import ACTIVATED, Wire, embedded


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    with embedded(tmp_path) as made:
        yield made


def accounts(events: Sequence[Event]) -> list[int]:
    return [event.payload["account_id"] for event in events]


def test_what_has_no_position_yet_is_not_served(wire: Wire) -> None:
    wire.producer.record(1)
    wire.relay()
    wire.producer.record(2)

    assert accounts(wire.feed.after(0)) == [1]


def test_a_page_holds_a_bounded_number_and_the_next_begins_where_it_ended(wire: Wire) -> None:
    with wire.producer.database.writing() as session:
        for number in range(1, 631):
            record(session, ACTIVATED, {"account_id": number})
    wire.relay()

    first = wire.feed.after(0)
    second = wire.feed.after(first[-1].position)

    assert accounts([*first, *second]) == list(range(1, 631))
    assert len(first) == 500
    assert list(wire.feed.after(second[-1].position)) == []


def test_whoever_waits_for_news_is_answered_when_there_is_some(wire: Wire) -> None:
    heard: list[int] = []
    begun = time.monotonic()
    waiting = threading.Thread(target=lambda: heard.extend(accounts(wire.feed.after(0, wait=5))))

    waiting.start()
    wire.producer.record(1)
    wire.relay()
    waiting.join()

    assert heard == [1]
    assert time.monotonic() - begun < 5


def test_an_event_is_the_same_after_its_way_through_the_feed(wire: Wire) -> None:
    wire.producer.record(1)
    wire.relay()
    (event,) = wire.feed.after(0)

    assert Event.from_json(event.to_json()) == event
    assert (event.position, event.producer, event.occurred_at.tzinfo is not None) == (1, "identity", True)
