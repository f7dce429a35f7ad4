"""Publishing to a real broker that refuses, goes away, or takes no messages."""

import json
import socket
import threading
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select

from chassis.events.outbox import PublishedRow
from chassis.events.rabbitmq.broker import CLOSE_SECONDS, Broker
from chassis.events.rabbitmq.feed_readers import CATCH_UP_SECONDS
from chassis.events.rabbitmq.publisher import CONFIRM_SECONDS, Outgoing, Publisher, Unroutable
from chassis.events.rabbitmq.subscription import Subscription
from chassis.events.rabbitmq.transport import EXCHANGE
from chassis.events.relay import Relay
from chassis.ground.problems import Unavailable
from tests.chassis.wire import ACTIVATED, Producer, metric
from tests.containers.rabbitmq import PASSWORDS, BrokerUnderTest
from tests.integration.bus.driving import Consumer, Log, publishing, running, subscribed, take, takes
from tests.integration.bus.proxy import Proxy, a_few_heartbeats
from tests.kit.waiting import until

pytestmark = pytest.mark.containers

AT_ONCE = 3.0
"""Seconds; well below the ten after which a confirm is given up."""


def published(producer: Producer) -> int | None:
    with producer.database.reading() as session:
        return session.scalar(select(PublishedRow.position))


def everything(subscription: Subscription) -> list[int]:
    """The positions of all that is in the queue, in their order, repeats among them."""
    arrived: list[int] = []
    while some := subscription.take(5000, 1):
        arrived += [json.loads(message.body)["position"] for message in some]
    return arrived


def test_an_event_that_no_queue_wants_is_not_marked_and_goes_out_once_one_is_bound(
    broker: BrokerUnderTest, tmp_path: Path
) -> None:
    producer, counted = Producer(tmp_path), metric("guichet_events_unroutable_total")
    relay = Relay(producer.database, publishing(broker.of("identity")))
    producer.record(1, 2)
    with pytest.raises(Unroutable):
        relay.run_once()
    assert published(producer) == 0
    assert metric("guichet_events_unroutable_total") == counted + 1

    with subscribed(broker.of("notifier")) as subscription:
        relay.run_once()
        relay.run_once()

        assert [message.key for message in take(subscription, 2)] == [ACTIVATED] * 2
    assert published(producer) == 2
    relay.close()
    producer.database.dispose()


def test_a_connection_cut_in_mid_batch_is_told_and_the_next_batch_has_a_new_one(
    broker: BrokerUnderTest, proxy: Proxy, log: Log
) -> None:
    transport, batch = publishing(proxy.in_front_of(broker.of("identity"))), log.record(500)
    with subscribed(broker.of("notifier"), most=2000) as subscription:
        transport.publish(batch[:1])
        proxy.cut(after=20_000)
        with pytest.raises(Unavailable):
            transport.publish(batch[1:])
        transport.publish(batch[1:])
        transport.close()

        positions = everything(subscription)
    assert proxy.connections == 2
    assert list(dict.fromkeys(positions)) == list(range(1, 501))


def test_nothing_is_lost_and_the_order_holds_over_twenty_dropped_connections(
    broker: BrokerUnderTest, proxy: Proxy, tmp_path: Path
) -> None:
    producer, counted = Producer(tmp_path), metric("guichet_events_published_total")

    def dropped(by_the_broker: bool) -> bool:
        """The broker learns of a connection that it may drop only after seconds: most are cut on their way."""
        if by_the_broker:
            broker.drop_connections("identity")
        else:
            proxy.cut()
        return proxy.open == 0

    def goes_out(more_than: int) -> bool:
        return metric("guichet_events_published_total") - counted > more_than

    with subscribed(broker.of("notifier"), most=5000) as subscription:
        with running(Relay(producer.database, publishing(proxy.in_front_of(broker.of("identity"))))):
            for before in range(20):
                producer.record(*range(1, 51))
                until(partial(goes_out, 100 * before), within=15)
                producer.record(*range(1, 51))
                until(partial(dropped, before in (7, 14)), within=15)
            until(partial(goes_out, 1999), within=30)
        arrived = everything(subscription)

    assert proxy.connections > 20
    assert list(dict.fromkeys(arrived)) == list(range(1, 2001))
    producer.database.dispose()


def test_a_broker_without_disk_space_refuses_at_once_delivers_what_it_has_and_the_feed_brings_the_rest(
    broker: BrokerUnderTest, consumer: Consumer, log: Log
) -> None:
    transport = publishing(broker.of("identity"))
    first = consumer.step()
    first.run_once()
    first.close()
    transport.publish(log.record(3))
    with broker.without_disk_space():
        begun = time.monotonic()
        for _ in range(3):
            with pytest.raises(Unavailable):
                transport.publish(log.record())
        assert time.monotonic() - begun < AT_ONCE

        log.answers = False
        with consumer.running():
            until(lambda: consumer.applied()[:3] == [1, 2, 3], within=15)

            log.answers = True
            consumer.has_applied(6)
            log.record()
            consumer.has_applied(7, within=CATCH_UP_SECONDS + 3)
    transport.close()


def test_publishing_goes_on_over_the_same_connection_once_there_is_disk_space(
    broker: BrokerUnderTest, proxy: Proxy, log: Log
) -> None:
    transport, batch = publishing(proxy.in_front_of(broker.of("identity"))), log.record(50)
    with subscribed(broker.of("notifier")) as subscription:
        transport.publish(batch)
        with broker.without_disk_space():
            begun = time.monotonic()

            def refused_for(seconds: float) -> bool:
                with pytest.raises(Unavailable):
                    transport.publish(batch)
                return time.monotonic() - begun > seconds

            until(lambda: refused_for(8), within=20)

        until(lambda: takes(transport, batch), within=15)
        assert proxy.connections == 1
        transport.close()
        arrived = [message.body for message in take(subscription, 100)]
    assert arrived[:50] == arrived[-50:]


def test_a_publisher_that_was_idle_for_three_heartbeats_still_has_its_connection(
    broker: BrokerUnderTest, proxy: Proxy, log: Log
) -> None:
    transport = publishing(proxy.in_front_of(broker.of("identity", heartbeat_seconds=1)))
    with subscribed(broker.of("notifier")) as subscription:
        transport.publish(log.record())

        a_few_heartbeats(proxy)
        transport.publish(log.record())

        assert len(take(subscription, 2)) == 2
    transport.close()
    assert proxy.connections == 1


def test_a_peer_that_answers_nothing_any_more_is_given_up_and_leaves_no_thread(
    broker: BrokerUnderTest, proxy: Proxy, log: Log
) -> None:
    publisher = Publisher(proxy.in_front_of(broker.of("identity", heartbeat_seconds=1)), EXCHANGE)
    proxy.freeze()
    begun = time.monotonic()

    with pytest.raises(Unavailable):
        publisher.publish([Outgoing(ACTIVATED, "1", b"{}")])

    assert time.monotonic() - begun < CONFIRM_SECONDS + CLOSE_SECONDS + AT_ONCE
    assert not publisher.is_open
    until(lambda: not any("amqp" in thread.name for thread in threading.enumerate()), within=15)


def test_a_publisher_closes_on_a_peer_that_does_not_answer_its_farewell(broker: BrokerUnderTest, proxy: Proxy) -> None:
    publisher = Publisher(proxy.in_front_of(broker.of("identity", heartbeat_seconds=60)), EXCHANGE)
    proxy.freeze()

    publisher.close()

    assert not any("amqp" in thread.name for thread in threading.enumerate())


def unreachable(kind: str, broker: Broker) -> Broker:
    if kind == "wrong password":
        return replace(broker, password="a-password-that-is-wrong")
    if kind == "unknown host":
        return replace(broker, url="amqp://identity@broker.invalid:5672/guichet")
    with socket.create_server(("127.0.0.1", 0)) as server:
        return replace(broker, url=f"amqp://identity@127.0.0.1:{server.getsockname()[1]}/guichet")


@pytest.mark.parametrize("kind", ["wrong password", "unknown host", "closed port"])
def test_a_broker_that_cannot_be_reached_is_told_soon_and_without_a_secret(
    broker: BrokerUnderTest, log: Log, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    target = unreachable(kind, broker.of("identity"))
    transport, begun = publishing(target), time.monotonic()

    with structlog.testing.capture_logs() as logged, pytest.raises(Unavailable):
        transport.publish(log.record())

    assert time.monotonic() - begun < 2 * AT_ONCE
    (line,) = [line for line in logged if line["event"] == "broker cannot be reached"]
    assert line["reason"] not in ("", "no answer")
    for secret in (target.password or "", PASSWORDS["identity"]):
        assert secret not in caplog.text + str(logged)
