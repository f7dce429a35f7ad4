"""What the status says of those that do answer: a producer's feed, and the broker."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chassis.events.feed import HttpFeed
from chassis.ground.settings import Secret, ServiceSettings
from chassis.operating.rebuild import rebuild
from chassis.operating.status import Sections, service_status
from chassis.processes.service import RunningService, Service, no_resources
from chassis.storage.column_types import new_metadata
from services.notifier.app import SERVICE as NOTIFIER
from tests.chassis.wire import ACTIVATED, Wire, a_rabbit, a_wire, apply, embedded, running
from tests.containers.rabbitmq import PASSWORDS, fresh_broker

QUEUE, DEAD = "guichet.notifier", "guichet.notifier.dead"


class Consumer(RunningService[ServiceSettings, None]):
    """The consumer of a wire, as its worker's settings make it."""

    def __init__(self, wire: Wire, **settings: Any) -> None:
        service = Service("notifier", ServiceSettings, [], new_metadata(), no_resources, handlers={ACTIVATED: apply})
        usual: dict[str, Any] = {"identity_url": "http://127.0.0.1:9", "client_secret": Secret("notifier-of-this-test")}
        super().__init__(service, ServiceSettings(database_url=wire.database.url, **usual, **settings))
        self._wire = wire

    def feeds(self) -> dict[str, HttpFeed]:
        return {"identity": feed_of(self._wire)}


def status(wire: Wire, **settings: Any) -> Sections:
    consumer = Consumer(wire, **settings)
    try:
        return service_status(consumer)
    finally:
        consumer.database.dispose()


def feed_of(wire: Wire) -> HttpFeed:
    assert isinstance(wire.feed, HttpFeed)
    return wire.feed


@contextmanager
def on_a_broker(folder: Path) -> Iterator[tuple[Wire, dict[str, Any]]]:
    """A wire through a broker that nobody has used yet, and the consumer's settings."""
    with (
        fresh_broker() as broker,
        a_wire(folder, lambda service, feeds: a_rabbit(broker, service, feeds)) as wire,
    ):
        own = broker.of("notifier")
        yield wire, {"broker_url": own.url, "broker_password": Secret(PASSWORDS["notifier"])}


def test_the_newest_position_of_a_producer_is_known_without_its_events(tmp_path: Path) -> None:
    with embedded(tmp_path) as wire:
        none = feed_of(wire).last()
        wire.producer.record(1, 2, 3)
        without_position = feed_of(wire).last()
        wire.relay()

        assert (none, without_position, feed_of(wire).last()) == (0, 0, 3)


def test_the_lag_is_what_a_producer_has_told_since(tmp_path: Path) -> None:
    with embedded(tmp_path) as wire:
        wire.producer.record(1, 2, 3)
        wire.relay()
        wire.inbox.receive(wire.feed.after(0)[:1])

        facts = status(wire)

    assert facts["followed identity"] == {"followed up to": 1, "newest position": 3, "lag": 2}
    assert not any(section.startswith("queue") for section in facts)


def test_a_rebuild_reads_a_feed_of_many_pages(tmp_path: Path) -> None:
    with embedded(tmp_path) as wire:
        wire.producer.record(*range(1, 121))
        wire.relay()
        while wire.inbox.catch_up("identity"):
            pass

        (difference,) = rebuild(wire.database, NOTIFIER.read_models, {"identity": wire.feed})

    assert (difference.table, difference.added, difference.unchanged) == ("recipients", 0, 0)


@pytest.mark.containers
def test_a_queue_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with on_a_broker(tmp_path) as (wire, settings):
        facts = status(wire, **settings)

    assert facts[f"queue {QUEUE}"] == facts[f"queue {DEAD}"] == {"problem": "there is no such queue"}


@pytest.mark.containers
def test_a_broker_that_does_not_let_the_service_in_does_not_answer(tmp_path: Path) -> None:
    with on_a_broker(tmp_path) as (wire, settings):
        facts = status(wire, **settings | {"broker_password": Secret("a-password-that-is-wrong")})

    assert facts[f"queue {QUEUE}"] == {"problem": "no answer"}


@pytest.mark.containers
def test_messages_that_wait_and_consumers_that_take_them_are_counted(tmp_path: Path) -> None:
    with on_a_broker(tmp_path) as (wire, settings):
        wire.deliver()
        wire.producer.record(1, 2, 3)
        wire.relay()
        waiting = status(wire, **settings)
        with running(wire.consumer_transport, wire.inbox) as (loop,):
            while loop.run_once():
                pass
            taken = status(wire, **settings)

    assert waiting[f"queue {QUEUE}"] == {"messages ready": 3, "consumers": 0}
    assert taken[f"queue {QUEUE}"] == {"messages ready": 0, "consumers": 1}
    assert waiting[f"queue {DEAD}"] == taken[f"queue {DEAD}"] == {"messages": 0}
