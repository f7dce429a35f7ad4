"""Consuming from a real broker that forgets, and beside another worker."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pika
import pytest
import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chassis.events.outbox import Event
from chassis.events.rabbitmq.transport import MAX_UNACKNOWLEDGED, RabbitTransport
from chassis.ground.loops import Loop
from chassis.storage.database import Database
from tests.chassis.wire import metric
from tests.containers.rabbitmq import BrokerUnderTest
from tests.integration.bus.driving import Consumer, Log, apply, publishing, subscribed, takes
from tests.integration.bus.proxy import Proxy, a_few_heartbeats
from tests.kit.waiting import until

pytestmark = pytest.mark.containers


@pytest.fixture
def publisher(broker: BrokerUnderTest) -> Iterator[RabbitTransport]:
    """Identity's."""
    transport = publishing(broker.of("identity"))
    yield transport
    transport.close()


@pytest.fixture
def there_before(broker: BrokerUnderTest) -> None:
    """The notifier's queue waits for what is published."""
    with subscribed(broker.of("notifier"), ["identity", "structures"]):
        pass


@pytest.fixture
def mute(log: Log) -> None:
    """The feed does not answer, however slow the broker: what arrives is the broker's."""
    log.answers = False


@contextmanager
def by_hand(consumer: Consumer) -> Iterator[Loop]:
    loop = consumer.step()
    try:
        yield loop
    finally:
        loop.close()


def step_until_applied(loop: Loop, consumer: Consumer, last: int) -> None:
    """A broker that is slow to give out may leave a step with nothing."""

    def is_there() -> bool:
        loop.run_once()
        return len(consumer.applied()) >= last

    until(is_there, within=30)


def healed() -> float:
    return metric("guichet_events_healed_total", producer="identity")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b"[" * 100_000, b'{"name": "identity.account_activated.v1"}', b"\xff", b"null"],
    ids=repr,
)
@pytest.mark.usefixtures("there_before", "mute")
def test_what_is_no_event_goes_to_the_dead_letters_and_those_around_it_are_applied(
    broker: BrokerUnderTest,
    consumer: Consumer,
    publisher: RabbitTransport,
    log: Log,
    there_before: None,
    mute: None,
    body: bytes,
) -> None:
    rejected = metric("guichet_messages_rejected_total")
    publisher.publish(log.record())
    send(broker, "identity", "guichet.events", "identity.account_activated.v1", body)
    publisher.publish(log.record())

    with consumer.running():
        consumer.has_applied(2)
        until(lambda: metric("guichet_messages_rejected_total") == rejected + 1)

    assert dead_letter(broker) == body


def test_an_event_under_a_key_that_is_not_its_name_is_no_event(
    broker: BrokerUnderTest, database: Database, there_before: None
) -> None:
    """A producer may write its own keys alone; what it says inside is its own affair."""
    consumer = Consumer(broker.of("notifier"), {name: Log(name) for name in ("identity", "structures")}, database)
    (forged,) = Log("structures").record()
    body = json.dumps(forged.to_json()).encode()
    send(broker, "identity", "guichet.events", "identity.account_activated.v1", body)

    with consumer.running():
        assert dead_letter(broker) == body
    assert consumer.applied("structures") == []


def test_a_queue_that_was_deleted_comes_back_and_what_it_missed_is_brought_by_the_feed(
    broker: BrokerUnderTest, consumer: Consumer, publisher: RabbitTransport, log: Log, there_before: None
) -> None:
    lost = metric("guichet_broker_lost_total")
    with consumer.running():
        publisher.publish(log.record(3))
        consumer.has_applied(3)
        broker.delete_queue("guichet.notifier")
        log.record(250)  # went out while there was no queue

        consumer.has_applied(253)
        publisher.publish(log.record(2))
        consumer.has_applied(255)
    assert metric("guichet_broker_lost_total") > lost


@pytest.mark.parametrize("comes_more", [True, False])
def test_a_broker_that_lost_everything_is_filled_again_and_the_feed_brings_what_it_had(
    broker: BrokerUnderTest, consumer: Consumer, log: Log, there_before: None, comes_more: bool
) -> None:
    publisher, before = publishing(broker.of("identity")), healed()
    with by_hand(consumer) as loop:
        publisher.publish(log.record(3))
        loop.run_once()
    publisher.publish(log.record(3))
    broker.forget()
    broker.define()
    with consumer.running():
        consumer.has_applied(6)
        if comes_more:
            until(lambda: broker.queue("guichet.notifier"), within=15)
            publisher = publishing(broker.of("identity"))
            publisher.publish(log.record(2))
            consumer.has_applied(8)
    publisher.close()
    assert healed() >= before + 3


def test_a_broker_that_vanishes_under_a_consumer_is_followed_by_the_feed_until_it_is_back(
    broker: BrokerUnderTest, consumer: Consumer, log: Log, there_before: None
) -> None:
    with consumer.running():
        until(lambda: broker.queue("guichet.notifier").get("state"), within=15)
        broker.forget()
        log.record(3)
        consumer.has_applied(3)

        broker.define()
        publisher, newer = publishing(broker.of("identity")), log.record(2)
        until(lambda: takes(publisher, newer), within=15)
        consumer.has_applied(5)
    publisher.close()


def test_a_second_worker_stands_by_and_takes_over_in_order(
    broker: BrokerUnderTest, proxy: Proxy, log: Log, database: Database, publisher: RabbitTransport, there_before: None
) -> None:
    mute = Log()
    mute.answers = False  # so that the broker alone brings events
    first, second = (
        Consumer(proxy.in_front_of(broker.of("notifier")), {"identity": mute}, database),
        Consumer(broker.of("notifier"), {"identity": mute}, database),
    )
    by_whom: list[str] = []

    def noting(name: str, session: Session, event: Event) -> None:
        apply(session, event)
        by_whom.append(name)

    first.handler = lambda session, event: noting("first", session, event)
    second.handler = lambda session, event: noting("second", session, event)
    with first.running():
        publisher.publish(log.record(3))
        first.has_applied(3)
        with second.running():
            publisher.publish(log.record(3))
            first.has_applied(6)
            assert by_whom == ["first"] * 6

            proxy.refuse()
            publisher.publish(log.record(200))
            second.has_applied(206)
    assert set(by_whom[6:]) <= {"first", "second"}
    assert by_whom[-1] == "second"


def test_what_was_not_acknowledged_at_a_clean_stop_comes_again(
    broker: BrokerUnderTest, consumer: Consumer, publisher: RabbitTransport, log: Log, there_before: None, mute: None
) -> None:
    def fails(session: Session, event: Event) -> None:
        raise OperationalError("statement", {}, Exception("database is locked"))

    publisher.publish(log.record(5))
    consumer.handler = fails
    with by_hand(consumer) as loop, pytest.raises(OperationalError):
        until(loop.run_once)
    assert consumer.applied() == []

    consumer.handler = apply
    with by_hand(consumer) as loop:
        step_until_applied(loop, consumer, 5)

    assert consumer.applied() == [1, 2, 3, 4, 5]


def test_a_stop_finishes_the_message_in_hand_and_acknowledges_it(
    broker: BrokerUnderTest, consumer: Consumer, publisher: RabbitTransport, log: Log, there_before: None, mute: None
) -> None:
    begun, release = threading.Event(), threading.Event()

    def slow(session: Session, event: Event) -> None:
        begun.set()
        assert release.wait(10)
        apply(session, event)

    publisher.publish(log.record(3))
    consumer.handler = slow

    def let_go_soon() -> None:
        begun.wait(10)
        release.set()

    stopper = threading.Thread(target=let_go_soon)
    stopper.start()
    with consumer.running():
        assert begun.wait(10)
    stopper.join()
    applied = consumer.applied()

    with subscribed(broker.of("notifier")) as subscription:
        left = [json.loads(message.body)["position"] for message in subscription.take(10, 1)]
    assert applied + left == [1, 2, 3]
    assert applied


@pytest.mark.usefixtures("there_before", "mute")
def test_a_handler_that_takes_longer_than_three_heartbeats_keeps_the_connection(
    broker: BrokerUnderTest,
    proxy: Proxy,
    log: Log,
    database: Database,
    publisher: RabbitTransport,
    there_before: None,
    mute: None,
) -> None:
    def slow(session: Session, event: Event) -> None:
        apply(session, event)
        if event.position == 1:
            a_few_heartbeats(proxy)

    consumer = Consumer(proxy.in_front_of(broker.of("notifier", heartbeat_seconds=1)), {"identity": log}, database)
    consumer.handler = slow
    publisher.publish(log.record(2))

    with consumer.running():
        consumer.has_applied(2)
        publisher.publish(log.record())
        consumer.has_applied(3)

    assert proxy.connections == 1


def test_a_producer_whose_feed_is_silent_does_not_stop_the_others(
    broker: BrokerUnderTest, database: Database, there_before: None
) -> None:
    logs = {"identity": Log("identity"), "structures": Log("structures")}
    publishers = [publishing(broker.of(name)) for name in logs]
    consumer = Consumer(broker.of("notifier"), logs, database)
    logs["identity"].answers = False
    logs["identity"].record(1)  # never reached the broker
    with consumer.running():
        for _ in range(3):
            for publisher, log in zip(publishers, logs.values(), strict=True):
                publisher.publish(log.record(2))
        consumer.has_applied(6, "structures")
        assert consumer.applied("identity") == []

        logs["identity"].answers = True
        consumer.has_applied(7, "identity")
    for publisher in publishers:
        publisher.close()


def test_what_the_broker_lost_of_one_producer_is_noticed_though_another_never_pauses(
    broker: BrokerUnderTest, database: Database, there_before: None
) -> None:
    logs = {"identity": Log("identity"), "structures": Log("structures")}
    publisher, consumer = publishing(broker.of("structures")), Consumer(broker.of("notifier"), logs, database)
    with consumer.running():
        logs["identity"].record(3)

        def identity_has_come() -> bool:
            publisher.publish(logs["structures"].record())
            return consumer.applied("identity") == [1, 2, 3]

        until(identity_has_come, within=15)
        consumer.has_applied(len(logs["structures"].events), "structures")
    publisher.close()


def test_more_messages_than_are_held_at_once_arrive_in_order_without_the_feed(
    broker: BrokerUnderTest, consumer: Consumer, publisher: RabbitTransport, log: Log, there_before: None, mute: None
) -> None:
    many = 3 * MAX_UNACKNOWLEDGED
    publisher.publish(log.record(many))

    with consumer.running():
        consumer.has_applied(many)


def test_an_event_that_was_published_three_times_is_applied_once(
    broker: BrokerUnderTest, consumer: Consumer, publisher: RabbitTransport, log: Log, there_before: None, mute: None
) -> None:
    events = log.record(3)
    for _ in range(3):
        publisher.publish(events)
    publisher.publish([events[0], events[2], events[1]])

    with by_hand(consumer) as loop:
        step_until_applied(loop, consumer, 3)
        until(lambda: not loop.run_once())

    assert consumer.applied() == [1, 2, 3]
    with subscribed(broker.of("notifier")) as subscription:
        assert subscription.take(1, 0.5) == []


def test_a_consumer_that_finds_a_queue_of_another_shape_leaves_no_connection_and_follows_the_feed(
    broker: BrokerUnderTest, consumer: Consumer, log: Log
) -> None:
    with pika.BlockingConnection(broker.of("notifier").parameters()) as connection:
        connection.channel().queue_declare("guichet.notifier", durable=True, arguments={"x-queue-type": "quorum"})
    log.record(3)

    with structlog.testing.capture_logs() as logged, consumer.running():
        consumer.has_applied(3)
        until(lambda: [line for line in logged if line.get("reason") == "ChannelClosedByBroker"])


def send(broker: BrokerUnderTest, user: str, exchange: str, key: str, body: bytes) -> None:
    with pika.BlockingConnection(broker.of(user).parameters()) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish(exchange, key, body, mandatory=True)


def dead_letter(broker: BrokerUnderTest) -> bytes:
    """The first one, as the operator reads it."""

    def found() -> list[bytes]:
        with pika.BlockingConnection(broker.of("operator").parameters()) as connection:
            frame, _, body = connection.channel().basic_get("guichet.notifier.dead", auto_ack=True)
            return [body] if frame else []

    return until(found, within=10)[0]
