"""The relay on PostgreSQL: one at a time, woken by what is written, and positions without holes."""

import threading
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chassis.events.inbox import Inbox
from chassis.events.leader_lock import LOCK, PostgresLeaderLock
from chassis.events.outbox import Event, OutboxRow, record
from chassis.events.relay import Relay
from chassis.ground.loops import Loop
from chassis.storage.database import Database
from tests.chassis.wire import ACTIVATED
from tests.integration.bus.driving import running
from tests.kit.waiting import until

pytestmark = pytest.mark.containers

LONG = 60.0
"""Seconds that a wait would take if nothing woke it."""


class Recorder:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    @property
    def positions(self) -> list[int]:
        return [event.position for event in self.events]

    def publish(self, events: Sequence[Event]) -> None:
        self.events += events

    def consumers(self, inbox: Inbox) -> Sequence[Loop]:
        return []

    def close(self) -> None:
        """Nothing is held."""


def write(database: Database, *account_ids: int) -> None:
    with database.writing() as session:
        for account_id in account_ids:
            record(session, ACTIVATED, {"account_id": account_id})


@contextmanager
def a_leader_lock(database: Database) -> Iterator[PostgresLeaderLock]:
    lock = PostgresLeaderLock(database)
    try:
        yield lock
    finally:
        lock.release()


@contextmanager
def a_relay(database: Database, recorder: Recorder) -> Iterator[Relay]:
    relay = Relay(database, recorder)
    try:
        yield relay
    finally:
        relay.close()


def cut(database: Database) -> int:
    """Ends the connection that holds the relay's lock; returns how many there were."""
    held = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock"
        " AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with database.reading_rows() as connection:
        return int(connection.scalar(held, {"lock": LOCK}) or 0)


def is_waiting_for_a_lock(database: Database) -> bool:
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' AND query LIKE 'UPDATE outbox%'"
    )
    with database.reading_rows() as connection:
        return bool(connection.scalar(waits))


def test_a_relay_that_waits_is_woken_by_a_commit(postgresql: Database) -> None:
    with a_leader_lock(postgresql) as lock:
        lock.acquire()
        waiting = threading.Thread(target=lock.wait, args=(LONG,))
        waiting.start()
        write(postgresql, 1)

        waiting.join(10)

        assert not waiting.is_alive()


def test_what_was_committed_just_before_the_wait_wakes_it_too(postgresql: Database) -> None:
    with a_leader_lock(postgresql) as lock:
        connection = lock.acquire()
        assert connection is not None
        write(postgresql, 1)
        with connection.begin():
            connection.scalar(select(func.count(OutboxRow.seq)))  # whose answer brings the notice with it
        waiting = threading.Thread(target=lock.wait, args=(LONG,))
        waiting.start()

        waiting.join(10)

        assert not waiting.is_alive()


def test_of_two_relays_exactly_one_publishes(postgresql: Database) -> None:
    first, second = Recorder(), Recorder()
    with running(Relay(postgresql, first), Relay(postgresql, second)):
        with ThreadPoolExecutor(8) as writers:
            list(writers.map(lambda number: write(postgresql, number), range(1, 201)))
        until(lambda: len(first.events) + len(second.events) >= 200, within=15)

    assert sorted([len(first.events), len(second.events)]) == [0, 200]
    assert (first.positions or second.positions) == list(range(1, 201))


def test_when_the_active_relay_loses_its_connection_the_other_takes_over(postgresql: Database) -> None:
    lost, other = Recorder(), Recorder()
    with a_relay(postgresql, lost) as active:
        write(postgresql, 1)
        active.run_once()
        with running(Relay(postgresql, other)):
            write(postgresql, 2)
            assert other.events == []

            assert cut(postgresql) == 1
            until(lambda: 2 in other.positions, within=10)
            with pytest.raises(OperationalError):
                active.run_once()
            active.run_once()  # stands by
            write(postgresql, 3)
            until(lambda: 3 in other.positions, within=10)

    assert lost.positions == [1]
    assert list(dict.fromkeys(other.positions))[-2:] == [2, 3]


def test_a_relay_whose_connection_is_cut_while_it_waits_says_so_once_and_goes_on(postgresql: Database) -> None:
    recorder, faults = Recorder(), list[OperationalError]()

    def step() -> None:
        try:
            relay.run_once()
        except OperationalError as fault:
            faults.append(fault)

    with a_relay(postgresql, recorder) as relay:
        relay.run_once()
        waiting = threading.Thread(target=step)
        waiting.start()
        until(lambda: cut(postgresql))
        waiting.join(10)
        write(postgresql, 1)
        step()

    assert len(faults) == 1
    assert recorder.positions == [1]


def test_a_relay_cut_off_in_the_middle_of_a_claim_loses_nothing(postgresql: Database) -> None:
    recorder = Recorder()
    write(postgresql, 1, 2, 3)
    with a_relay(postgresql, recorder) as relay:
        with postgresql.writing() as session:
            session.execute(select(OutboxRow.seq).with_for_update())
            claiming = threading.Thread(target=lambda: suppressed(relay))
            claiming.start()
            until(lambda: is_waiting_for_a_lock(postgresql))
            assert cut(postgresql) == 1
            claiming.join(10)
            assert not claiming.is_alive()
        assert recorder.events == []

        until(lambda: relay.run_once())

    assert recorder.positions == [1, 2, 3]


def suppressed(relay: Relay) -> None:
    with suppress(OperationalError):
        relay.run_once()


def test_positions_follow_each_writer_without_holes_though_hundreds_write_and_fail(postgresql: Database) -> None:
    writers, rounds, recorder = 200, 4, Recorder()

    def work(number: int) -> None:
        for _ in range(rounds):
            write(postgresql, number)
            with suppress(ZeroDivisionError), postgresql.writing() as session:
                record(session, ACTIVATED, {"account_id": number})
                session.flush()
                raise ZeroDivisionError

    with running(Relay(postgresql, recorder)):
        with ThreadPoolExecutor(50) as pool:
            list(pool.map(work, range(1, writers + 1)))
        until(lambda: len(recorder.events) >= writers * rounds, within=30)

    assert recorder.positions == list(range(1, writers * rounds + 1))
    with postgresql.reading() as session:
        recorded = by_writer(session)
    published: dict[int, list[uuid.UUID]] = defaultdict(list)
    for event in recorder.events:
        published[event.payload["account_id"]].append(event.id)
    assert published == recorded


def by_writer(session: Session) -> dict[int, list[uuid.UUID]]:
    """Each writer's events, in the order in which it wrote them."""
    found: dict[int, list[uuid.UUID]] = defaultdict(list)
    for row in session.scalars(select(OutboxRow).order_by(OutboxRow.seq)):
        found[row.payload["account_id"]].append(row.id)
    return found


def test_a_long_transaction_holds_nobody_up_and_comes_later_with_later_positions(postgresql: Database) -> None:
    recorder = Recorder()
    with a_relay(postgresql, recorder) as relay:
        with postgresql.writing() as session:
            record(session, ACTIVATED, {"account_id": 1})
            session.flush()
            write(postgresql, 2, 3)
            relay.run_once()
            assert [event.payload["account_id"] for event in recorder.events] == [2, 3]

        relay.run_once()

    assert [event.payload["account_id"] for event in recorder.events] == [2, 3, 1]
    assert recorder.positions == [1, 2, 3]


def test_the_row_of_a_rolled_back_transaction_leaves_no_hole(postgresql: Database) -> None:
    recorder = Recorder()
    write(postgresql, 1)
    with suppress(ZeroDivisionError), postgresql.writing() as session:
        record(session, ACTIVATED, {"account_id": 2})
        session.flush()
        raise ZeroDivisionError
    write(postgresql, 3)

    with a_relay(postgresql, recorder) as relay:
        relay.run_once()

    assert [(event.position, event.payload["account_id"]) for event in recorder.events] == [(1, 1), (2, 3)]
