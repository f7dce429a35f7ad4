"""Depth of queues: waiting messages, and their consumers."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pika
from pika.exceptions import AMQPError, ChannelClosedByBroker

from chassis.events.rabbitmq.broker import Broker
from chassis.ground.problems import Unavailable

NOT_FOUND = 404


@dataclass(frozen=True)
class QueueDepth:
    messages: int
    """Messages ready to be delivered."""
    consumers: int


def depths(broker: Broker, queues: Collection[str]) -> dict[str, QueueDepth | None]:
    """Return the depth by queue name; None for a missing queue. Raises Unavailable when the broker does not answer."""
    try:
        with connected(broker) as connection:
            return {queue: _depth(connection, queue) for queue in queues}
    except (AMQPError, OSError) as error:
        raise Unavailable from error


@contextmanager
def connected(broker: Broker) -> Iterator[pika.BlockingConnection]:
    """Connect for a question, and close the connection."""
    connection = pika.BlockingConnection(broker.parameters())
    try:
        yield connection
    finally:
        if connection.is_open:
            connection.close()


def _depth(connection: pika.BlockingConnection, queue: str) -> QueueDepth | None:
    """Return the depth of a queue, or None. It is asked on a channel of its own, since a missing queue closes it."""
    channel = connection.channel()
    try:
        answer = channel.queue_declare(queue, passive=True).method
    except ChannelClosedByBroker as error:
        if error.reply_code == NOT_FOUND:
            return None
        raise
    channel.close()
    return QueueDepth(answer.message_count, answer.consumer_count)
