"""Feeds beside a real broker: of producers that were restored, that hang, and that are right about ghosts."""

import threading
import uuid
from collections.abc import Sequence

import pytest

from chassis.events.outbox import Event
from chassis.storage.database import Database
from tests.chassis.wire import metric
from tests.containers.rabbitmq import BrokerUnderTest
from tests.integration.bus.driving import Consumer, Log, publishing, subscribed
from tests.kit.waiting import until

pytestmark = pytest.mark.containers


@pytest.fixture(autouse=True)
def there_before(broker: BrokerUnderTest) -> None:
    """The notifier's queue waits for what is published."""
    with subscribed(broker.of("notifier"), ["identity", "structures"]):
        pass


@pytest.mark.parametrize("many", [0, 1, 3, 20])
def test_a_producer_that_was_restored_is_not_followed_and_its_messages_do_not_stop_the_others(
    broker: BrokerUnderTest, database: Database, many: int
) -> None:
    logs = {"identity": Log("identity"), "structures": Log("structures")}
    publishers = {name: publishing(broker.of(name)) for name in logs}
    consumer = Consumer(broker.of("notifier"), logs, database)
    with consumer.running():
        publishers["identity"].publish(logs["identity"].record(5))
        consumer.has_applied(5, "identity")
        del logs["identity"].events[2:]
        logs["identity"].record(many)
        if many:
            publishers["identity"].publish(logs["identity"].events[2:])
        until(lambda: metric("guichet_feed_diverged", producer="identity") == 1, within=15)
        publishers["structures"].publish(logs["structures"].record(3))
        consumer.has_applied(3, "structures")

    assert consumer.applied("identity") == [1, 2, 3, 4, 5]
    assert consumer.parked() == 0
    with subscribed(broker.of("notifier"), list(logs)) as subscription:
        assert subscription.take(1, 0.5) == []
    for publisher in publishers.values():
        publisher.close()


def test_a_message_of_a_time_that_is_lost_stops_nobody_where_the_log_is_the_one_that_was_followed(
    broker: BrokerUnderTest, consumer: Consumer, log: Log
) -> None:
    ghosts, publisher = Log().record(3), publishing(broker.of("identity"))
    with consumer.running():
        publisher.publish(log.record(3))
        consumer.has_applied(3)
        publisher.publish(ghosts)
        publisher.publish(log.record(3))
        consumer.has_applied(6)
    publisher.close()

    assert metric("guichet_feed_diverged", producer="identity") == 0


def test_a_producer_that_hangs_holds_up_no_other(broker: BrokerUnderTest, database: Database) -> None:
    logs: dict[str, Log] = {"identity": Hanging("identity"), "structures": Log("structures")}
    publisher, consumer = publishing(broker.of("structures")), Consumer(broker.of("notifier"), logs, database)
    try:
        with consumer.running():
            until(lambda: logs["identity"].asked.is_set(), within=15)  # type: ignore[attr-defined]
            for number in range(1, 4):
                publisher.publish(logs["structures"].record(2))
                consumer.has_applied(2 * number, "structures")
    finally:
        logs["identity"].may_answer.set()  # type: ignore[attr-defined]
    publisher.close()


class Hanging(Log):
    """Feed that takes a question and does not answer it before the test says so."""

    def __init__(self, producer: str) -> None:
        super().__init__(producer)
        self.asked, self.may_answer = threading.Event(), threading.Event()

    def after(self, position: int, *, after_id: uuid.UUID | None = None, wait: float = 0) -> Sequence[Event]:
        self.asked.set()
        assert self.may_answer.wait(60)
        return super().after(position, after_id=after_id)
