"""The inbox on PostgreSQL: batches behind savepoints, and what the database itself may do to them."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chassis.events.inbox import BATCH, Inbox, ParkedRow
from chassis.events.inbox_pruner import InboxPruner
from chassis.events.outbox import Event
from chassis.events.received import DoesNotFollow, InboxRow
from chassis.ground.clock import now
from chassis.storage.database import Database
from tests.integration.bus.driving import NAMES, Applied, AppliedBase, Log, apply
from tests.integration.races.racing import ROUNDS
from tests.kit.together import together
from tests.kit.waiting import until

pytestmark = pytest.mark.containers


class Receiver:
    """An inbox whose handler each test writes."""

    def __init__(self, database: Database, log: Log) -> None:
        AppliedBase.metadata.create_all(database.engine)
        self.database = database
        self.handler = apply
        handlers = {NAMES["identity"]: lambda session, event: self.handler(session, event)}
        self.inbox = Inbox(database, handlers, {"identity": log})

    def applied(self) -> list[int]:
        with self.database.reading() as session:
            return list(session.scalars(select(Applied.position).order_by(Applied.id)))

    def parked(self) -> list[int]:
        with self.database.reading() as session:
            return [row.event["position"] for row in session.scalars(select(ParkedRow))]


@pytest.fixture
def receiver(postgresql: Database, log: Log) -> Receiver:
    return Receiver(postgresql, log)


@pytest.fixture
def commits() -> Iterator[list[object]]:
    seen: list[object] = []
    note = seen.append  # each look at it makes another one, and the same is to be removed
    event.listen(Engine, "commit", note)
    yield seen
    event.remove(Engine, "commit", note)


@pytest.mark.parametrize("poison", [ValueError("no"), "SELECT 1 / 0", "INSERT INTO applied (id) VALUES (NULL)"])
def test_one_poison_event_is_parked_alone_and_what_it_did_is_undone(
    receiver: Receiver, log: Log, poison: Exception | str
) -> None:
    def handler(session: Session, event: Event) -> None:
        apply(session, event)
        if event.position == 3:
            if isinstance(poison, Exception):
                raise poison
            session.execute(text(poison))

    receiver.handler = handler

    receiver.inbox.receive(log.record(5))

    assert receiver.applied() == [1, 2, 4, 5]
    assert receiver.parked() == [3]
    assert receiver.inbox.position("identity") == 5


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$", id="deadlock"),
        pytest.param("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", id="serialization"),
        pytest.param("DO $$ BEGIN RAISE SQLSTATE '55P03'; END $$", id="lock timeout"),
        pytest.param("SELECT pg_terminate_backend(pg_backend_pid())", id="connection lost"),
        pytest.param("SELECT of_the_next_version FROM applied", id="undefined column"),
        pytest.param("SELECT 1 FROM a_table_of_the_next_version", id="undefined table"),
        pytest.param("SELECT a_function_of_the_next_version()", id="undefined function"),
        pytest.param("DO $$ BEGIN RAISE SQLSTATE '42501'; END $$", id="no right"),
        pytest.param("DO $$ BEGIN RAISE SQLSTATE '53100'; END $$", id="disk full"),
        pytest.param("DO $$ BEGIN RAISE SQLSTATE '58030'; END $$", id="input and output"),
        pytest.param("SET TRANSACTION READ ONLY; INSERT INTO applied (position) VALUES (9)", id="read-only"),
    ],
)
def test_a_fault_of_the_database_takes_the_whole_batch_back_and_it_is_applied_once_later(
    receiver: Receiver, log: Log, fault: str
) -> None:
    faults, events = [fault], log.record(5)

    def handler(session: Session, event: Event) -> None:
        apply(session, event)
        if event.position == 3 and faults:
            session.execute(text(faults.pop()))

    receiver.handler = handler
    with pytest.raises(OperationalError):
        receiver.inbox.receive(events)
    assert (receiver.applied(), receiver.parked(), receiver.inbox.position("identity")) == ([], [], 0)

    receiver.inbox.receive(events)
    receiver.inbox.receive(events)

    assert (receiver.applied(), receiver.parked()) == ([1, 2, 3, 4, 5], [])


def test_two_workers_with_the_same_events_at_once_apply_each_once_in_order(receiver: Receiver, log: Log) -> None:
    for _ in range(ROUNDS):
        events = log.record(4)

        together(*[lambda some=events: receiver.inbox.receive(some)] * 2)

    assert receiver.applied() == list(range(1, 4 * ROUNDS + 1))


def test_workers_that_stand_at_different_places_apply_each_event_once_in_order(receiver: Receiver, log: Log) -> None:
    def takes(some: Sequence[Event]) -> None:
        try:
            receiver.inbox.receive(some)
        except DoesNotFollow:  # the other one has not come so far
            while receiver.inbox.catch_up("identity"):
                pass

    events = log.record(60)

    together(lambda: takes(events[:40]), lambda: takes(events[20:]))

    assert receiver.applied() == list(range(1, 61))


def test_a_batch_is_one_commit(receiver: Receiver, log: Log, commits: list[object]) -> None:
    receiver.inbox.receive(log.record(BATCH))
    assert len(commits) == 1

    receiver.inbox.receive(log.record(BATCH + 1))

    assert len(commits) == 3
    assert receiver.applied() == list(range(1, 2 * BATCH + 2))


def test_a_handler_whose_connection_is_cut_by_the_operator_is_tried_again(receiver: Receiver, log: Log) -> None:
    begun: list[int] = []

    def handler(session: Session, event: Event) -> None:
        apply(session, event)
        if not begun:
            begun.append(session.scalar(text("SELECT pg_backend_pid()")) or 0)
            with receiver.database.reading_rows() as connection:
                connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": begun[0]})
            session.execute(text("SELECT 1"))

    receiver.handler, events = handler, log.record(2)
    with pytest.raises(OperationalError):
        receiver.inbox.receive(events)

    until(lambda: not receiver.applied())
    receiver.inbox.receive(events)

    assert receiver.applied() == [1, 2]


def test_a_connection_to_a_server_that_became_read_only_is_not_used_again(receiver: Receiver) -> None:
    def pid(*statements: str) -> int:
        with receiver.database.writing() as session:
            number: int = session.scalars(text("SELECT pg_backend_pid()")).one()
            for statement in statements:
                session.execute(text(statement))
        return number

    reused = pid()
    assert pid() == reused

    with pytest.raises(OperationalError):
        pid("SET TRANSACTION READ ONLY", "INSERT INTO applied (position) VALUES (9)")

    assert pid() != reused


def test_what_was_passed_over_is_applied_late_and_what_is_old_is_forgotten(receiver: Receiver, log: Log) -> None:
    events, feeds = log.record(5), {"identity": log}
    Inbox(receiver.database, {}, feeds).receive(events)
    assert receiver.applied() == []
    receiver.inbox.follow("identity")
    with receiver.database.writing() as session:
        session.execute(update(InboxRow).values(received_at=now() - timedelta(days=8)))

    assert InboxPruner(receiver.database, 7, ()).run_once()
    receiver.inbox.receive(events)

    assert receiver.applied() == [1, 2, 3, 4, 5]
    with receiver.database.reading() as session:
        assert list(session.scalars(select(InboxRow.position))) == [5]
