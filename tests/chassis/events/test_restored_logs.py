"""A producer that was restored to an earlier moment tells another story: nobody follows it unasked."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from chassis.events.feed import LogDiverged
from chassis.events.inbox import BATCH
from chassis.events.outbox import Event, OutboxRow, PublishedRow
from chassis.events.received import DoesNotFollow
from chassis.events.transport import DIVERGED_SECONDS, Follower
from chassis.ground.clock import now
from chassis.ground.problems import Unavailable
from chassis.operating.rebuild import CannotRebuild, rebuild
from chassis.storage.database import insert_missing
from services.notifier.app import SERVICE as NOTIFIER
from tests.chassis.events.test_nonsense import Answering
from tests.chassis.operating.test_status import status
from tests.chassis.wire import ACTIVATED, Wire, an_event, embedded, metric


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    """A follower that has applied five events."""
    with embedded(tmp_path) as made:
        tell(made, 1, 2, 3, 4, 5)
        made.deliver()
        yield made


def tell(wire: Wire, *account_ids: int) -> None:
    wire.producer.record(*account_ids)
    wire.relay()


def restore(wire: Wire, position: int) -> None:
    """Give the producer the database that it had when this was its last position."""
    with wire.producer.database.writing() as session:
        session.execute(delete(OutboxRow).where(OutboxRow.position > position))
        session.execute(update(PublishedRow).values(position=position))


def nothing(_: Wire) -> None:
    """It has told nothing since."""


def as_much(wire: Wire) -> None:
    tell(wire, 40, 50)


def more(wire: Wire) -> None:
    tell(wire, *range(40, 50))


def less(wire: Wire) -> None:
    tell(wire, 40)


@pytest.mark.parametrize("since", [nothing, less, as_much, more])
@pytest.mark.parametrize("position", [0, 3, 4])
def test_a_follower_stops_whatever_a_restored_producer_tells_since(
    wire: Wire, position: int, since: Callable[[Wire], None]
) -> None:
    restore(wire, position)
    since(wire)
    follower = Follower("identity", wire.inbox, 0)

    with structlog.testing.capture_logs() as logged:
        assert not follower.run_once()

    (line,) = [line for line in logged if line["log_level"] == "error"]
    assert (line["producer"], line["followed"]) == ("identity", 5)
    assert line["remedy"].split(", ")[1] in Path("docs/operations.md").read_text()
    assert follower.idle_seconds == DIVERGED_SECONDS
    assert metric("guichet_feed_diverged", producer="identity") == 1
    assert (wire.effects(), wire.inbox.position("identity")) == ([1, 2, 3, 4, 5], 5)


def test_a_follower_goes_on_once_the_producer_has_its_log_again(wire: Wire) -> None:
    told = wire.feed.after(0)
    restore(wire, 3)
    follower = Follower("identity", wire.inbox, 0)
    follower.run_once()

    put_back(wire, told[3:])
    tell(wire, 6)

    assert follower.run_once()
    assert wire.effects() == [1, 2, 3, 4, 5, 6]
    assert (follower.idle_seconds, metric("guichet_feed_diverged", producer="identity")) == (0, 0)


@pytest.mark.parametrize("first", [4, 5, 6, 8])
def test_messages_of_another_story_are_not_applied_wherever_they_begin(wire: Wire, first: int) -> None:
    restore(wire, 3)
    more(wire)
    messages = wire.feed.after(first - 1)

    with pytest.raises(DoesNotFollow):
        wire.inbox.receive(messages)

    assert (wire.effects(), wire.inbox.position("identity")) == ([1, 2, 3, 4, 5], 5)


def test_the_next_position_of_another_story_is_not_applied_though_all_before_it_were_lost(wire: Wire) -> None:
    restore(wire, 3)
    tell(wire, 40, 50, 60)
    (sixth,) = wire.feed.after(5)

    with pytest.raises(DoesNotFollow):
        wire.inbox.receive([sixth])

    assert wire.effects() == [1, 2, 3, 4, 5]


def test_a_message_that_was_lost_and_whose_place_another_took_is_no_fault_of_the_handler(wire: Wire) -> None:
    with pytest.raises(DoesNotFollow):
        wire.inbox.receive([an_event(position=5)])

    assert (wire.effects(), wire.parked()) == ([1, 2, 3, 4, 5], [])


def test_messages_that_come_again_are_not_taken_for_another_story(wire: Wire) -> None:
    again = wire.feed.after(1)

    wire.inbox.receive([*again, *again[2:]])

    assert (wire.effects(), wire.inbox.position("identity")) == ([1, 2, 3, 4, 5], 5)


def test_a_producer_of_the_version_before_is_followed_without_comparing(wire: Wire) -> None:
    """It names no event before, and refuses the argument that it does not know (tests of HttpFeed)."""
    old = [an_event(position=position, account_id=position) for position in (6, 7)]

    wire.inbox.receive(old)

    assert wire.effects() == [1, 2, 3, 4, 5, 6, 7]


def test_a_story_that_changes_inside_a_batch_leaves_nothing_of_that_batch(wire: Wire) -> None:
    many = [an_event(position=position) for position in range(6, 6 + BATCH - 1)]
    wrong = Event(uuid.uuid4(), ACTIVATED, 5 + BATCH, now(), "", {"account_id": 8}, previous_id=uuid.uuid4())

    with pytest.raises(DoesNotFollow):
        wire.inbox.receive([*many, wrong])

    assert wire.effects() == [1, 2, 3, 4, 5]


def test_a_page_that_contradicts_itself_is_nonsense_and_asked_for_again(wire: Wire) -> None:
    wrong = Event(uuid.uuid4(), ACTIVATED, 6, now(), "", {"account_id": 8}, previous_id=uuid.uuid4())

    with pytest.raises(Unavailable):
        Follower("identity", wire.new_inbox({"identity": Answering([wrong])}), 0).run_once()

    assert wire.effects() == [1, 2, 3, 4, 5]


def test_every_event_names_the_one_before_it_on_every_page_and_on_the_bus(wire: Wire) -> None:
    tell(wire, *range(6, 131))

    read = [*wire.feed.after(0)[:100], *wire.feed.after(100)]
    again = wire.feed.after(57)

    assert [event.previous_id for event in read] == [None, *(event.id for event in read[:-1])]
    assert again == read[57:]


def test_a_reader_may_ask_without_saying_what_it_has(wire: Wire) -> None:
    restore(wire, 3)

    assert wire.feed.after(5) == []
    with pytest.raises(LogDiverged):
        wire.feed.after(5, after_id=uuid.uuid4())
    with pytest.raises(LogDiverged):
        wire.feed.after(3, after_id=uuid.uuid4())


@pytest.mark.parametrize(("since", "newest", "lag"), [(nothing, 3, -2), (less, 4, -1), (as_much, 5, 0), (more, 13, 8)])
def test_the_status_says_that_a_log_diverged(wire: Wire, since: Callable[[Wire], None], newest: int, lag: int) -> None:
    restore(wire, 3)
    since(wire)

    followed = status(wire)["followed identity"]

    assert followed == {"followed up to": 5, "newest position": newest, "lag": lag, "problem": "diverged"}


@pytest.mark.parametrize("since", [nothing, less, as_much, more])
def test_a_rebuild_does_not_take_another_story_for_the_one_that_was_followed(
    wire: Wire, since: Callable[[Wire], None]
) -> None:
    restore(wire, 3)
    since(wire)

    with pytest.raises(CannotRebuild, match="--restored identity"):
        rebuild(wire.database, NOTIFIER.read_models, {"identity": wire.feed})

    assert wire.inbox.position("identity") == 5


@pytest.mark.parametrize("since", [nothing, less, as_much, more])
@pytest.mark.parametrize("position", [0, 3, 4, 5])
def test_a_rebuild_that_is_told_so_forgets_what_was_forgotten_and_follows_from_there(
    wire: Wire, position: int, since: Callable[[Wire], None]
) -> None:
    restore(wire, position)
    since(wire)

    rebuild(wire.database, NOTIFIER.read_models, {"identity": wire.feed}, restored=["identity"], dry_run=True)
    assert wire.inbox.position("identity") == 5
    rebuild(wire.database, NOTIFIER.read_models, {"identity": wire.feed}, restored=["identity"])
    assert wire.inbox.position("identity") == position
    wire.deliver()

    assert status(wire)["followed identity"] == {
        "followed up to": len(wire.feed.after(0)),
        "newest position": len(wire.feed.after(0)),
        "lag": 0,
    }
    assert wire.effects()[5:] == [event.payload["account_id"] for event in wire.feed.after(position)]


def test_what_is_parked_of_a_forgotten_event_goes_with_it(wire: Wire) -> None:
    def fails(*_: object) -> None:
        raise ValueError

    wire.handler = fails
    tell(wire, 6, 7)
    wire.deliver()
    restore(wire, 6)

    rebuild(wire.database, NOTIFIER.read_models, {"identity": wire.feed}, restored=["identity"])

    assert [event["position"] for event in wire.parked()] == [6]


def test_a_row_that_collides_in_another_way_than_by_its_key_is_a_fault(wire: Wire) -> None:
    received = wire.feed.after(4)[0]
    row = {"id": uuid.uuid4(), "name": ACTIVATED, "occurred_at": now(), "correlation_id": "", "payload": {}}

    with pytest.raises(IntegrityError), wire.producer.database.writing() as session:
        insert_missing(session, OutboxRow, [{**row, "position": received.position}], OutboxRow.id)


def put_back(wire: Wire, events: object) -> None:
    assert isinstance(events, list)
    with wire.producer.database.writing() as session:
        for event in events:
            session.add(
                OutboxRow(
                    id=event.id,
                    name=event.name,
                    occurred_at=event.occurred_at,
                    correlation_id=event.correlation_id,
                    payload=event.payload,
                )
            )
    wire.relay()
