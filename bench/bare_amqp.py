"""Floor of relay and inbox: pika alone, by its callbacks, its fastest use.

`BlockingConnection` waits for each confirm by itself and reaches a fraction of this.
"""

from collections.abc import Callable, Sequence

import pika
from chassis.events.rabbitmq.broker import Broker
from pika.channel import Channel
from pika.frame import Method
from pika.spec import Basic, BasicProperties

WINDOW = 1_000
"""Messages on their way without a confirm."""


class Refused(Exception):
    """Failure because the broker did not take a message."""


def publish(broker: Broker, exchange: str, key: str, bodies: Sequence[bytes]) -> None:
    """Publish messages, and return once the broker has confirmed each."""
    _Publishing(broker, exchange, key, bodies).run()


def consume(broker: Broker, queue: str, count: int, batch: int, apply: Callable[[Sequence[bytes]], None]) -> None:
    """Take `count` messages, pass them to `apply` in batches and acknowledge each batch after it."""
    _Consuming(broker, queue, count, batch, apply).run()


class _Talk:
    """Connection with one channel, from its opening to its end."""

    def __init__(self, broker: Broker) -> None:
        self._fault: BaseException | None = None
        self._connection = pika.SelectConnection(
            broker.parameters(),
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._begin),
            on_open_error_callback=lambda _, error: self._end(error),
            on_close_callback=lambda _, error: self._end(error),
        )

    def run(self) -> None:
        self._done = False
        self._connection.ioloop.start()
        if not self._done:
            raise Refused from self._fault

    def _begin(self, channel: Channel) -> None:
        raise NotImplementedError

    def _finish(self) -> None:
        self._done = True
        self._connection.close()

    def _end(self, error: object) -> None:
        self._fault = error if isinstance(error, BaseException) else None
        self._connection.ioloop.stop()


class _Publishing(_Talk):
    def __init__(self, broker: Broker, exchange: str, key: str, bodies: Sequence[bytes]) -> None:
        super().__init__(broker)
        self._address = (exchange, key)
        self._bodies = bodies
        self._properties = BasicProperties(content_type="application/json", delivery_mode=2)
        self._sent = 0
        self._confirmed = 0
        self._ahead: set[int] = set()
        """Confirmed one by one, above `_confirmed`."""

    def _begin(self, channel: Channel) -> None:
        self._channel = channel
        channel.confirm_delivery(self._answered, callback=lambda _: self._fill())

    def _fill(self) -> None:
        """Send half a window at a time: a write for each confirm would cost more."""
        if self._sent - self._confirmed > WINDOW // 2:
            return
        until = min(self._confirmed + WINDOW, len(self._bodies))
        for body in self._bodies[self._sent : until]:
            self._channel.basic_publish(*self._address, body, self._properties, mandatory=True)
        self._sent = until

    def _answered(self, frame: Method) -> None:
        answer = frame.method
        if not isinstance(answer, Basic.Ack):
            self._connection.close()
        elif answer.multiple:
            self._confirmed = max(self._confirmed, answer.delivery_tag)
        else:
            self._ahead.add(answer.delivery_tag)
        while self._confirmed + 1 in self._ahead:
            self._confirmed += 1
            self._ahead.discard(self._confirmed)
        if self._confirmed == len(self._bodies):
            self._finish()
        else:
            self._fill()


class _Consuming(_Talk):
    def __init__(
        self, broker: Broker, queue: str, count: int, batch: int, apply: Callable[[Sequence[bytes]], None]
    ) -> None:
        super().__init__(broker)
        self._queue = queue
        self._left = count
        self._batch = batch
        self._apply = apply
        self._in_hand: list[bytes] = []

    def _begin(self, channel: Channel) -> None:
        channel.basic_qos(prefetch_count=5 * self._batch)
        channel.basic_consume(self._queue, self._on_message)

    def _on_message(self, channel: Channel, deliver: Basic.Deliver, _properties: object, body: bytes) -> None:
        self._in_hand.append(body)
        if len(self._in_hand) < min(self._batch, self._left):
            return
        self._apply(self._in_hand)
        channel.basic_ack(deliver.delivery_tag, multiple=True)
        self._left -= len(self._in_hand)
        self._in_hand = []
        if not self._left:
            self._finish()
