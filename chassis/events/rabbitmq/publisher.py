"""Publishing in batches: a batch is done once the broker has confirmed every message of it."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pika
import structlog
from pika.channel import Channel
from pika.exceptions import AMQPError
from pika.frame import Method
from pika.spec import Basic, BasicProperties

from chassis.events.rabbitmq.broker import CLOSE_SECONDS, CONNECT_SECONDS, Broker
from chassis.ground.problems import Unavailable

CONFIRM_SECONDS = 10
CHUNK = 100
"""Messages encoded before the first of them is sent."""
BLOCKED = "blocked by an alarm of the broker"

log = structlog.get_logger()


@dataclass(frozen=True)
class Outgoing:
    key: str
    message_id: str
    body: bytes


class Unroutable(Unavailable):
    """Failure for lack of a queue: the consumer has not started yet, or no service follows the producer."""


class _Batch:
    """Messages on their way, until the broker has confirmed each."""

    def __init__(self, messages: Sequence[Outgoing]) -> None:
        self.messages = messages
        self.returned = 0
        self.fault: str | None = None
        self._unsent = len(messages)
        self._awaited: set[int] = set()
        self._done = threading.Event()

    def take(self, count: int, first: int) -> Sequence[Outgoing]:
        """Return the next messages to send, with consecutive tags from `first`; none of a failed batch."""
        start = len(self.messages) - self._unsent
        messages = () if self.fault else self.messages[start : start + count]
        self._unsent -= len(messages)
        self._awaited.update(range(first, first + len(messages)))
        return messages

    def confirmed(self, tag: int, *, multiple: bool) -> None:
        self._awaited -= {other for other in self._awaited if other <= tag} if multiple else {tag}
        if not self._awaited and not self._unsent:
            self._done.set()

    def failed(self, fault: str) -> None:
        self.fault = self.fault or fault
        self._done.set()

    def outcome(self) -> None:
        """Wait for the confirms. Raises Unavailable when it is not certain that the broker has every message."""
        if not self._done.wait(CONFIRM_SECONDS):
            self.fault = "no confirm in time"
        if self.fault:
            log.warning("broker did not take the events", reason=self.fault)
            raise Unavailable
        if self.returned:
            raise Unroutable


class Publisher:
    """Publisher of batches in order; a batch is done once the broker has confirmed every message of it.

    pika's blocking connection waits for each message alone, so this one is driven by callbacks in its thread.
    """

    def __init__(self, broker: Broker, exchange: str) -> None:
        self._exchange = exchange
        self._batch = _Batch(())
        self._sent = 0
        self._blocked = threading.Event()
        self._fault = ""
        self._channel: Channel | None = None
        self._opened = threading.Event()
        self._connection = pika.SelectConnection(
            broker.parameters(),
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._prepare),
            on_open_error_callback=lambda _, error: self._ended(error),
            on_close_callback=lambda _, error: self._ended(error),
        )
        self._connection.add_on_connection_blocked_callback(lambda *_: self._block())
        self._connection.add_on_connection_unblocked_callback(lambda *_: self._unblock())
        self._thread = threading.Thread(target=self._serve, name="amqp publisher", daemon=True)
        self._thread.start()
        self._opened.wait(2 * CONNECT_SECONDS)
        if not self.is_open:
            log.warning("broker cannot be reached", reason=self._fault or "no answer")
            self.close()
            raise Unavailable

    @property
    def is_open(self) -> bool:
        return self._opened.is_set() and not self._fault

    def publish(self, messages: Sequence[Outgoing]) -> None:
        """Publish a batch. Raises Unavailable when the broker may lack a message, Unroutable without a queue."""
        batch = self._batch = _Batch(messages)
        if fault := self._fault or (BLOCKED if self._blocked.is_set() else ""):
            batch.failed(fault)
        else:
            self._call_in_loop(lambda: self._send(batch))
        try:
            batch.outcome()
        except Unroutable:
            raise
        except Unavailable:
            # A blocked connection is unblocked once the alarm ends. Any other doubt ends it: the batch is published
            # again on a new one.
            if not self._blocked.is_set():
                self.close()
            raise

    def close(self) -> None:
        self._fault = self._fault or "closed"
        for end in (self._say_farewell, self._hang_up):
            self._call_in_loop(end)
            self._thread.join(CLOSE_SECONDS)
            if not self._thread.is_alive():
                return

    def _say_farewell(self) -> None:
        with suppress(AMQPError):
            self._connection.close()

    def _hang_up(self) -> None:
        """Cut the connection to a peer that ignores the farewell, such as a broker with blocked publishers."""
        self._connection._terminate_stream(ConnectionError())  # pika has no public way

    def _call_in_loop(self, call: Callable[[], None]) -> None:
        """Call in the thread of the connection; never, once that has ended."""
        self._connection.ioloop.add_callback_threadsafe(call)

    def _serve(self) -> None:
        try:
            self._connection.ioloop.start()
        finally:
            self._fail("ended")
            self._connection.ioloop.close()

    def _prepare(self, channel: Channel) -> None:
        channel.add_on_close_callback(lambda _, error: self._channel_ended(error))
        channel.add_on_return_callback(self._returned)
        channel.confirm_delivery(self._answered, callback=lambda _: self._ready(channel))

    def _ready(self, channel: Channel) -> None:
        self._channel = channel
        self._opened.set()

    def _send(self, batch: _Batch) -> None:
        """Send one chunk, and the rest after the connection had its turn: the broker works while we encode."""
        if self._channel is None or not self._channel.is_open:
            batch.failed("connection lost")
            return
        messages = batch.take(CHUNK, first=self._sent + 1)
        for message in messages:
            properties = BasicProperties(
                content_type="application/json", delivery_mode=2, message_id=message.message_id, type=message.key
            )
            # Mandatory: the broker returns a message without a queue, and does so before it confirms it, so that
            # `returned` is complete at the last confirm.
            self._channel.basic_publish(self._exchange, message.key, message.body, properties, mandatory=True)
        self._sent += len(messages)
        if messages:
            self._call_in_loop(lambda: self._send(batch))

    def _answered(self, frame: Method) -> None:
        answer = frame.method
        if isinstance(answer, Basic.Ack):
            self._batch.confirmed(answer.delivery_tag, multiple=answer.multiple)
        else:
            self._batch.failed("refused by the broker")

    def _returned(self, *_: object) -> None:
        self._batch.returned += 1

    def _block(self) -> None:
        self._blocked.set()
        self._batch.failed(BLOCKED)

    def _unblock(self) -> None:
        self._blocked.clear()

    def _channel_ended(self, error: object) -> None:
        """Close the connection too, when the broker closed the channel alone because of a fault."""
        self._fail(type(error).__name__)
        if self._connection.is_open:
            self._connection.close()

    def _ended(self, error: object) -> None:
        self._fail(type(error).__name__)
        self._connection.ioloop.stop()

    def _fail(self, fault: str) -> None:
        self._fault = self._fault or fault
        self._batch.failed(self._fault)
        self._opened.set()  # wakes the constructor, which waits for the channel
