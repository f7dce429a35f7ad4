"""Part 4: from the commit of one event to its effect in another service's database.

The machine has no other work: each event is followed to its end before the next one happens.
"""

import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median

import psycopg
from chassis.events.outbox import record
from chassis.storage.database import Database

from bench import chain, rows
from bench.events import Place
from bench.measurement import Effort, Figure, in_turns, percentile

P50_AIM, P99_AIM = 20.0, 100.0
PAUSE_SECONDS = 0.02
"""Pause between two events, so that each travels alone."""
LONGEST_SECONDS = 30.0

Happen = Callable[[], None]


class NoEffect(Exception):
    """Failure because an event had no effect in time."""


def measure(place: Place, effort: Effort) -> Iterator[Figure]:
    place.prepare()
    rows.fill_inbox(place.consumer(), 0)
    rows.delete_newer(place.consumer(), 0)
    ends = chain.Ends(place.producer(), place.consumer(), place.rabbit.address, place.rabbit.password)
    database = Database(place.postgres.url("producer"))
    times: dict[str, list[list[float]]] = {"floor": [], "ours": []}
    with ExitStack() as stack:
        for role in chain.ROLES:
            stack.enter_context(_process(role, ends))
        listener = stack.enter_context(psycopg.connect(place.consumer(), autocommit=True))
        listener.execute(f"LISTEN {chain.EFFECTS}".encode())
        producer = stack.enter_context(psycopg.connect(place.producer()))
        producer.execute(b"CREATE TABLE bare_outbox (id uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())")
        each = max(1, effort.singles // effort.rounds)

        def following(name: str, happen: Happen) -> Callable[[], float]:
            def measured() -> float:
                times[name].append([_follow(happen, listener) for _ in range(each)])
                return median(times[name][-1])

            return measured

        floor, ours = in_turns(
            effort.rounds, following("floor", lambda: _bare(producer)), following("ours", lambda: _ours(database))
        )
    database.dispose()
    name = "Commit to effect in another service"
    yield Figure(f"{name}, p50", "ms", floor, ours, P50_AIM, more_is_better=False)
    worst = {kind: [percentile(some, 99) for some in rounds[1:]] for kind, rounds in times.items()}
    yield Figure(f"{name}, p99", "ms", worst["floor"], worst["ours"], P99_AIM, more_is_better=False)


def _ours(database: Database) -> None:
    with database.writing() as session:
        record(session, rows.EVENT, rows.PAYLOAD)


def _bare(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    event_id = uuid.uuid4()
    connection.execute(b"INSERT INTO bare_outbox (id) VALUES (%s)", (event_id,))
    connection.execute(b"SELECT pg_notify(%s, %s)", (chain.BARE_NEWS, str(event_id)))
    connection.commit()


def _follow(happen: Happen, listener: "psycopg.Connection[tuple[object, ...]]") -> float:
    """Return the milliseconds from the commit to the notification of its effect."""
    time.sleep(PAUSE_SECONDS)
    happen()
    committed = time.perf_counter()
    for _ in listener.notifies(timeout=LONGEST_SECONDS, stop_after=1):
        return 1000 * (time.perf_counter() - committed)
    raise NoEffect


@contextmanager
def _process(role: str, ends: chain.Ends) -> Iterator[None]:
    command = [sys.executable, "-m", "bench.chain", role, ends.to_json()]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        if process.stdout.readline() != b"ready\n":
            raise NoEffect(role)
        yield
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
