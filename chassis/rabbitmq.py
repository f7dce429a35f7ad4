"""Events through RabbitMQ: a topic exchange, and a quorum queue for each service that follows others.

The exchanges come with the broker's definitions (deploy/secrets.py); each service may make its own queue, so that one
which was deleted comes back. Whatever the broker loses, keeps to itself or never got is fetched from the producers'
feeds: after each new subscription, whenever nothing arrives for a while, and as long as the broker is away.
"""

import json
import time
from collections.abc import Collection, Iterator, Sequence

import structlog

from chassis import metrics
from chassis.amqp.broker import Broker
from chassis.amqp.publisher import Outgoing, Publisher, Unroutable
from chassis.amqp.subscription import Incoming, Queue, Subscription
from chassis.events import Event
from chassis.inbox import Inbox
from chassis.loops import Loop
from chassis.problems import Unavailable
from chassis.settings import DatabaseSettings, revealed

EXCHANGE = "guichet.events"
DEAD_LETTER_EXCHANGE = "guichet.dead"
MOST_IN_HAND = 500
MOST_DELIVERIES = 100
"""After so many a message is given up to the dead-letter queue; its event then comes from the feed."""
WAIT_SECONDS = 1.0
CATCH_UP_SECONDS = 5.0

log = structlog.get_logger()


def queue_of(service: str) -> str:
    return f"guichet.{service}"


def dead_letter_queue_of(service: str) -> str:
    return f"{queue_of(service)}.dead"


def broker_of(settings: DatabaseSettings, client: str) -> Broker:
    assert settings.broker_url is not None
    return Broker(settings.broker_url, revealed(settings.broker_password), client)


class RabbitTransport:
    def __init__(self, broker: Broker, service: str, producers: Collection[str]) -> None:
        self._broker = broker
        self._service = service
        self._producers = producers
        self._publisher: Publisher | None = None

    def publish(self, events: Sequence[Event]) -> None:
        if self._publisher is None or not self._publisher.is_open:
            self._publisher = Publisher(self._broker, EXCHANGE)
        try:
            self._publisher.publish([_outgoing(event) for event in events])
        except Unroutable:
            metrics.UNROUTABLE.inc()
            log.error("no queue for an event", first=events[0].name, last=events[-1].name)
            raise

    def consumers(self, inbox: Inbox) -> Sequence[Loop]:
        """One, for all producers: their queue is one. None for a service that follows nobody."""
        return [QueueConsumer(self._broker, self._service, self._producers, inbox)] if self._producers else []

    def close(self) -> None:
        if self._publisher is not None:
            self._publisher.close()


class QueueConsumer(Loop):
    name = "consumer"

    def __init__(self, broker: Broker, service: str, producers: Collection[str], inbox: Inbox) -> None:
        self._broker = broker
        self._service = service
        self._producers = producers
        self._inbox = inbox
        self._subscription: Subscription | None = None
        self._in_hand: list[tuple[int, Event]] = []
        """Events with the delivery tag of each, kept while what they need does not answer."""
        self._behind: set[str] = set()
        self._quiet_since = time.monotonic()

    def run_once(self) -> bool:
        subscription = self._subscribed()
        if not self._in_hand:
            messages = subscription.take(MOST_IN_HAND, WAIT_SECONDS)
            if not messages:
                self._look_for_what_did_not_come()
                return False
            self._in_hand = list(self._events(messages, subscription))
            self._quiet_since = time.monotonic()
        if self._in_hand:
            self._inbox.receive([event for _, event in self._in_hand])
            subscription.acknowledge_up_to(self._in_hand[-1][0])
            self._in_hand = []
        return True

    def close(self) -> None:
        if self._subscription is not None:
            self._subscription.close()

    def _subscribed(self) -> Subscription:
        if self._subscription is None or not self._subscription.is_open:
            self._lose()
            try:
                self._subscription = Subscription(self._broker, _queues(self._service, self._producers), MOST_IN_HAND)
            except Unavailable:
                self._catch_up()
                raise
            log.info("subscribed", queue=queue_of(self._service))
        return self._subscription

    def _events(self, messages: Sequence[Incoming], subscription: Subscription) -> Iterator[tuple[int, Event]]:
        """What is no event of a followed producer goes to the dead-letter queue."""
        for message in messages:
            event = _event(message.body)
            if event is not None and event.producer in self._producers:
                yield message.tag, event
            else:
                log.error("message is no event", queue=queue_of(self._service))
                metrics.REJECTED.inc()
                subscription.reject(message.tag)

    def _lose(self) -> None:
        """What is in hand comes again; what the broker lost never comes, so the feeds are asked."""
        if self._subscription is not None:
            log.warning("broker or queue lost", queue=queue_of(self._service))
            metrics.BROKER_LOST.inc()
        self._subscription, self._in_hand = None, []
        self._behind = set(self._producers)

    def _look_for_what_did_not_come(self) -> None:
        if time.monotonic() - self._quiet_since > CATCH_UP_SECONDS:
            self._behind, self._quiet_since = set(self._producers), time.monotonic()
        self._catch_up()

    def _catch_up(self) -> None:
        """A producer that does not answer stays on the list, and the others are asked all the same."""
        for producer in sorted(self._behind):
            try:
                while self._inbox.catch_up(producer):
                    log.warning("events came from the feed instead of the broker", producer=producer)
            except Unavailable:
                log.warning("feed does not answer", producer=producer)
            else:
                self._behind.discard(producer)


def _queues(service: str, producers: Collection[str]) -> list[Queue]:
    """The service's queue, and the one for messages that it gave up."""
    name = queue_of(service)
    arguments = {
        "x-single-active-consumer": True,  # a second worker stands by, and the order holds
        "x-dead-letter-exchange": DEAD_LETTER_EXCHANGE,
        "x-dead-letter-routing-key": name,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-delivery-limit": MOST_DELIVERIES,
    }
    dead = Queue(dead_letter_queue_of(service), [(DEAD_LETTER_EXCHANGE, name)])
    return [Queue(name, [(EXCHANGE, f"{producer}.#") for producer in sorted(producers)], arguments), dead]


def _outgoing(event: Event) -> Outgoing:
    return Outgoing(event.name, str(event.id), json.dumps(event.to_json()).encode())


def _event(body: bytes) -> Event | None:
    """None for what is no event of ours."""
    try:
        return Event.from_json(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
