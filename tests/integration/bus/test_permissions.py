"""What a service's user may not do on the broker, with the deployment's definitions."""

from collections.abc import Callable

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker, ProbableAccessDeniedError

from tests.containers.rabbitmq import BrokerUnderTest, fresh_broker
from tests.integration.bus.driving import subscribed

pytestmark = pytest.mark.containers

REFUSED = 403
OTHERS = "guichet.notifier"
ARGUMENTS = {"x-queue-type": "quorum"}

Attempt = Callable[[BlockingChannel], object]


def as_structures(broker: BrokerUnderTest, attempt: Attempt) -> None:
    with pika.BlockingConnection(broker.of("structures").parameters()) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        attempt(channel)


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(lambda channel: channel.basic_get(OTHERS), id="read another's queue"),
        pytest.param(lambda channel: channel.basic_consume(OTHERS, print), id="consume from another's queue"),
        pytest.param(lambda channel: channel.basic_get(f"{OTHERS}.dead"), id="read another's dead letters"),
        pytest.param(lambda channel: channel.basic_get("guichet.structures.dead"), id="read its own dead letters"),
        pytest.param(
            lambda channel: channel.queue_declare("guichet.espaces", durable=True, arguments=ARGUMENTS),
            id="declare another's queue",
        ),
        pytest.param(
            lambda channel: channel.queue_declare("guichet.structures2", durable=True, arguments=ARGUMENTS),
            id="declare a queue of a name that begins as its own",
        ),
        pytest.param(lambda channel: channel.queue_delete(OTHERS), id="delete another's queue"),
        pytest.param(lambda channel: channel.queue_purge(OTHERS), id="empty another's queue"),
        pytest.param(
            lambda channel: channel.queue_bind(OTHERS, "guichet.events", "structures.#"), id="bind another's queue"
        ),
        pytest.param(
            lambda channel: channel.queue_unbind(OTHERS, "guichet.events", "identity.#"), id="unbind another's queue"
        ),
        pytest.param(
            lambda channel: channel.exchange_declare("guichet.other", "topic", durable=True), id="declare an exchange"
        ),
        pytest.param(
            lambda channel: channel.exchange_declare("guichet.events", "fanout", durable=True),
            id="declare the exchange of events anew",
        ),
        pytest.param(lambda channel: channel.exchange_delete("guichet.events"), id="delete the exchange of events"),
        pytest.param(lambda channel: channel.exchange_delete("guichet.dead"), id="delete the exchange of dead letters"),
        pytest.param(
            lambda channel: channel.basic_publish("guichet.events", "identity.account_activated.v1", b"{}"),
            id="publish under another's key",
        ),
        pytest.param(
            lambda channel: channel.basic_publish("guichet.events", "structures_.forged.v1", b"{}"),
            id="publish under a key that begins as its own",
        ),
        pytest.param(
            lambda channel: channel.basic_publish("", OTHERS, b"{}"), id="publish straight into another's queue"
        ),
        pytest.param(
            lambda channel: channel.basic_publish("", "guichet.structures", b"{}"), id="publish to the default exchange"
        ),
    ],
)
def test_a_service_may_not(broker: BrokerUnderTest, attempt: Attempt) -> None:
    with subscribed(broker.of("notifier")):
        pass

    with pytest.raises(ChannelClosedByBroker) as refused:
        as_structures(broker, attempt)

    assert refused.value.reply_code == REFUSED


def test_a_service_may_publish_under_its_own_keys(broker: BrokerUnderTest) -> None:
    with subscribed(broker.of("notifier"), ["structures"]) as subscription:
        as_structures(broker, lambda channel: channel.basic_publish("guichet.events", "structures.a.v1", b"{}"))

        assert [message.body for message in subscription.take(1, 5)] == [b"{}"]


def test_a_service_may_not_enter_another_virtual_host(broker: BrokerUnderTest) -> None:
    parameters = broker.of("structures").parameters()
    parameters.virtual_host = "/"

    with pytest.raises(ProbableAccessDeniedError):
        pika.BlockingConnection(parameters)


def test_two_virtual_hosts_of_a_test_run_know_nothing_of_each_other(broker: BrokerUnderTest) -> None:
    with subscribed(broker.of("notifier")), fresh_broker() as other:
        assert broker.queue(OTHERS)
        assert not other.queue(OTHERS)
