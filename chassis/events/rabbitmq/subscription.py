"""Messages of one queue as they arrive, and their acknowledgement."""

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import pika
import structlog
from pika.exceptions import AMQPError
from pika.spec import Basic

from chassis.events.rabbitmq.broker import CLOSE_SECONDS, Broker
from chassis.ground.problems import Unavailable

FAULTS = (AMQPError, OSError)

log = structlog.get_logger()


@dataclass(frozen=True)
class Incoming:
    tag: int
    key: str
    body: bytes


@dataclass(frozen=True)
class Queue:
    """Durable quorum queue and its bindings, to be declared."""

    name: str
    bindings: Sequence[tuple[str, str]]
    """Exchange and routing key of each binding."""
    arguments: Mapping[str, object] = field(default_factory=dict)


class Subscription:
    """Consumer of one queue, until the connection or the queue is lost.

    The broker then delivers unacknowledged messages again.
    """

    def __init__(self, broker: Broker, queues: Sequence[Queue], prefetch: int) -> None:
        """Declare all `queues` and subscribe to the first; `prefetch` bounds the unacknowledged messages held here."""
        self._arrived: queue.SimpleQueue[Incoming | None] = queue.SimpleQueue()
        self._ended = threading.Event()
        try:
            self._connection = pika.BlockingConnection(broker.parameters())
            self._subscribe(queues, prefetch)
        except FAULTS as error:
            raise Unavailable from error
        self._thread = threading.Thread(target=self._serve, name="amqp subscription", daemon=True)
        self._thread.start()

    @property
    def is_open(self) -> bool:
        return not self._ended.is_set()

    def take(self, max_messages: int, wait: float) -> list[Incoming]:
        """Return the messages that have arrived, in order; wait up to `wait` seconds for the first one."""
        messages: list[Incoming] = []
        until = time.monotonic() + wait
        with suppress(queue.Empty):
            while len(messages) < max_messages:
                message = self._arrived.get(block=not messages, timeout=max(0.0, until - time.monotonic()))
                if message is None:  # the mark of `_serve`: nothing comes any more
                    break
                messages.append(message)
        return messages

    def acknowledge_up_to(self, tag: int) -> None:
        self._call_in_loop(lambda: self._channel.basic_ack(tag, multiple=True))

    def reject(self, tag: int) -> None:
        """Reject a message to the dead-letter queue."""
        self._call_in_loop(lambda: self._channel.basic_reject(tag, requeue=False))

    def close(self) -> None:
        """Close the connection after the acknowledgements have reached the broker."""
        self._call_in_loop(self._channel.stop_consuming)
        self._thread.join(CLOSE_SECONDS)

    def _subscribe(self, queues: Sequence[Queue], prefetch: int) -> None:
        try:
            self._channel = self._connection.channel()
            for declared in queues:
                self._declare(declared)
            self._channel.basic_qos(prefetch_count=prefetch)
            self._channel.basic_consume(queues[0].name, self._on_message)
        except FAULTS:
            with suppress(*FAULTS):
                self._connection.close()
            raise

    def _declare(self, declared: Queue) -> None:
        """Declare a queue, idempotently; the broker refuses one that exists with other arguments."""
        arguments = {"x-queue-type": "quorum", **declared.arguments}
        self._channel.queue_declare(declared.name, durable=True, arguments=arguments)
        for exchange, key in declared.bindings:
            self._channel.queue_bind(declared.name, exchange, key)

    def _call_in_loop(self, call: Callable[[], None]) -> None:
        """Call in the thread of the connection. After a loss there is nothing to do: the broker delivers again."""
        with suppress(*FAULTS):
            self._connection.add_callback_threadsafe(call)

    def _on_message(self, _channel: object, deliver: Basic.Deliver, _properties: object, body: bytes) -> None:
        self._arrived.put(Incoming(deliver.delivery_tag, deliver.routing_key, body))

    def _serve(self) -> None:
        """Serve the connection until it is lost, or until the broker cancels the consumer because the queue is gone."""
        try:
            self._channel.start_consuming()
            self._connection.close()
        except FAULTS as error:
            log.warning("subscription lost", reason=type(error).__name__)
        finally:
            self._ended.set()
            self._arrived.put(None)  # wakes `take`, which may wait for a message
