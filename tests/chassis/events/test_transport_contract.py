"""What every transport promises: order per producer, at least once, nothing lost in a crash, holes that heal."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chassis.events.feed import Feed
from chassis.events.inbox import Inbox
from chassis.events.outbox import Event, OutboxRow, PublishedRow, record
from chassis.events.received import DoesNotFollow, FollowedRow
from chassis.events.relay import Relay
from chassis.events.transport import Transport
from chassis.ground import correlation
from chassis.ground.loops import Loop
from chassis.ground.problems import Unavailable
from tests.chassis.wire import ACTIVATED, ADAPTERS, Wire, an_event, apply, running

log = structlog.get_logger()


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.__name__)
def wire(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Wire]:
    with request.param(tmp_path) as made:
        yield made


class DiesAfterPublishing:
    """A transport whose process is killed once the events are out, before that can be written down."""

    def __init__(self, real: Transport) -> None:
        self._real = real

    def publish(self, events: Sequence[Event]) -> None:
        self._real.publish(events)
        raise KeyboardInterrupt

    def consumers(self, inbox: Inbox) -> Sequence[Loop]:
        return self._real.consumers(inbox)

    def close(self) -> None:
        self._real.close()


def test_events_of_a_producer_arrive_in_their_order(wire: Wire) -> None:
    wire.producer.record(*range(1, 31))

    wire.relay()
    wire.deliver()

    assert wire.effects() == list(range(1, 31))


def test_an_event_that_was_committed_but_not_published_goes_out_after_a_crash(wire: Wire) -> None:
    wire.producer.record(1)
    assert wire.effects() == []

    wire.relay()  # another process's relay: the first one never ran
    wire.deliver()

    assert wire.effects() == [1]


def test_an_event_that_was_published_but_not_marked_is_published_again_and_applied_once(wire: Wire) -> None:
    wire.producer.record(1, 2)
    with pytest.raises(KeyboardInterrupt):
        Relay(wire.producer.database, DiesAfterPublishing(wire.transport)).run_once()
    wire.deliver()

    wire.relay()
    wire.deliver()

    assert wire.effects() == [1, 2]
    with wire.producer.database.reading() as session:
        assert session.scalar(select(PublishedRow.position)) == 2


def test_a_crash_inside_the_handler_leaves_nothing_and_the_event_comes_again(wire: Wire) -> None:
    def dies(session: Session, event: Event) -> None:
        apply(session, event)
        session.flush()
        raise KeyboardInterrupt

    wire.producer.record(1)
    wire.relay()
    wire.handler = dies
    with pytest.raises(KeyboardInterrupt):
        wire.deliver()
    assert wire.effects() == []

    wire.handler, wire.inbox = apply, wire.new_inbox()
    wire.deliver()

    assert wire.effects() == [1]


def test_a_crash_between_handler_and_acknowledgement_repeats_the_event_without_effect(wire: Wire) -> None:
    wire.producer.record(1, 2)
    wire.relay()
    wire.deliver()
    with wire.database.writing() as session:
        session.execute(update(FollowedRow).values(position=0))  # as if nothing had been acknowledged

    wire.inbox = wire.new_inbox()
    wire.deliver(may_heal=True)

    assert wire.effects() == [1, 2]


def test_a_hole_in_the_positions_heals_from_the_feed_in_order(wire: Wire) -> None:
    wire.producer.record(1, 2, 3, 4, 5)
    wire.relay()
    *_, last = wire.feed.after(4)

    with pytest.raises(DoesNotFollow):
        wire.inbox.receive([last])  # the four before it were lost on the way
    wire.deliver(may_heal=True)

    assert wire.effects() == [1, 2, 3, 4, 5]
    assert wire.inbox.position("identity") == 5


def test_a_hole_of_many_pages_heals_in_order(wire: Wire) -> None:
    with wire.producer.database.writing() as session:
        for number in range(1, 252):
            record(session, ACTIVATED, {"account_id": number})
    wire.relay()
    *_, last = wire.feed.after(250)

    with pytest.raises(DoesNotFollow):
        wire.inbox.receive([last])
    wire.deliver(may_heal=True)

    assert wire.effects() == list(range(1, 252))


def test_an_event_that_fails_inside_a_hole_is_parked_and_the_hole_heals(wire: Wire) -> None:
    def fails_for_two(session: Session, event: Event) -> None:
        if event.payload["account_id"] == 2:
            raise ValueError
        apply(session, event)

    wire.producer.record(1, 2, 3)
    wire.relay()
    *_, last = wire.feed.after(2)
    wire.handler = fails_for_two

    with pytest.raises(DoesNotFollow):
        wire.inbox.receive([last])
    wire.deliver(may_heal=True)

    assert wire.effects() == [1, 3]
    assert [event["position"] for event in wire.parked()] == [2]


def test_a_hole_that_cannot_be_healed_stops_the_consumer_instead_of_being_skipped(wire: Wire) -> None:
    wire.producer.record(1)
    wire.relay()

    with pytest.raises(DoesNotFollow):
        wire.inbox.receive([an_event(position=3)])
    wire.deliver(may_heal=True)

    assert wire.effects() == [1]
    assert wire.inbox.position("identity") == 1


def test_a_poison_event_is_parked_after_three_tries_and_those_behind_it_go_on(wire: Wire) -> None:
    tries: list[int] = []

    def fails_for_two(session: Session, event: Event) -> None:
        tries.append(event.payload["account_id"])
        if event.payload["account_id"] == 2:
            raise ValueError("the address is camille.moreau@exemple.fr")
        apply(session, event)

    wire.producer.record(1, 2, 3)
    wire.relay()
    wire.handler = fails_for_two
    wire.deliver()

    assert wire.effects() == [1, 3]
    assert tries == [1, 2, 1, 2, 2, 2, 3]  # once together, then each by itself
    assert [event["payload"] for event in wire.parked()] == [{"account_id": 2}]


@pytest.mark.parametrize("fault", [Unavailable(), OperationalError("statement", {}, Exception("database is locked"))])
def test_a_passing_fault_pauses_the_consumer_and_keeps_the_order(wire: Wire, fault: Exception) -> None:
    faults = [fault]

    def fails_once(session: Session, event: Event) -> None:
        if faults and event.payload["account_id"] == 2:
            raise faults.pop()
        apply(session, event)

    wire.producer.record(1, 2, 3)
    wire.relay()
    wire.handler = fails_once
    with pytest.raises(type(fault)):
        wire.deliver()
    assert (wire.effects(), wire.parked()) == ([], [])

    wire.deliver()

    assert (wire.effects(), wire.parked()) == ([1, 2, 3], [])


def test_the_correlation_id_travels_with_the_event(wire: Wire) -> None:
    seen: list[str] = []
    wire.producer.record(1)
    wire.relay()
    (sent,) = wire.feed.after(0)
    wire.handler = lambda session, event: seen.append(event.correlation_id)

    wire.deliver()

    assert seen == [sent.correlation_id]


def test_one_action_is_followed_from_the_request_to_what_a_handler_records_and_logs(wire: Wire) -> None:
    def records(session: Session, event: Event) -> None:
        log.info("applied")
        record(session, ACTIVATED, event.payload)

    with correlation.bound("an-action-of-a-person"):
        wire.producer.record(1)
    wire.relay()
    wire.handler = records
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        wire.deliver()

    with wire.database.reading() as session:
        assert [row.correlation_id for row in session.scalars(select(OutboxRow))] == ["an-action-of-a-person"]
    assert [line["correlation_id"] for line in logged if line["event"] == "applied"] == ["an-action-of-a-person"]


def test_positions_of_one_producer_say_nothing_of_another(wire: Wire) -> None:
    theirs = replace(an_event(position=1), name="structures.attachment_approved.v1")
    wire.producer.record(1)
    wire.relay()

    wire.inbox.receive([theirs])
    assert (wire.inbox.position("structures"), wire.inbox.position("identity")) == (1, 0)
    wire.deliver()

    assert wire.effects() == [1]
    assert wire.inbox.position("identity") == 1


def test_one_silent_producer_does_not_hold_up_another(wire: Wire) -> None:
    class Silent:
        def after(self, position: int, *, after_id: uuid.UUID | None = None, wait: float = 0) -> Sequence[Event]:
            raise Unavailable

    feeds: dict[str, Feed] = {"structures": Silent(), "identity": wire.feed}
    wire.producer.record(1)
    wire.relay()

    with running(wire.transports("notifier", feeds), wire.new_inbox(feeds)) as loops:
        for loop in loops:
            with suppress(Unavailable):
                loop.run_once()

    assert wire.effects() == [1]


def test_what_nobody_handles_is_passed_over_and_remembered(wire: Wire) -> None:
    wire.producer.record(1)
    wire.relay()

    Inbox(wire.database, {}, {"identity": wire.feed}).receive(wire.feed.after(0))

    assert wire.effects() == []
    assert wire.inbox.position("identity") == 1
    assert wire.feed.after(0)[0].name == ACTIVATED
