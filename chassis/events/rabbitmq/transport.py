"""Transport through RabbitMQ: a topic exchange, and a quorum queue for each service that follows others.

The exchanges come with the broker's definitions (deploy/secrets.py); each service may declare its own queue, so that a
deleted one comes back. Events that the broker lost, withheld or never received are fetched from the producers' feeds:
after each new subscription, after a silence of a producer, and while the broker is away.
"""

import json
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import overload

import structlog

from chassis.events.inbox import Inbox
from chassis.events.outbox import Event
from chassis.events.rabbitmq.broker import Broker
from chassis.events.rabbitmq.claim import claim
from chassis.events.rabbitmq.feed_readers import CATCH_UP_SECONDS, FeedReaders
from chassis.events.rabbitmq.publisher import Outgoing, Publisher, Unroutable
from chassis.events.rabbitmq.subscription import Incoming, Queue, Subscription
from chassis.events.received import DoesNotFollow
from chassis.ground import metrics
from chassis.ground.loops import Loop
from chassis.ground.problems import Unavailable
from chassis.ground.settings import DatabaseSettings, filled, revealed

EXCHANGE = "guichet.events"
DEAD_LETTER_EXCHANGE = "guichet.dead"
MAX_UNACKNOWLEDGED = 500
MAX_DELIVERIES = 100
"""Deliveries of a message before it goes to the dead-letter queue; its event then comes from the feed."""
WAIT_SECONDS = 1.0

log = structlog.get_logger()


def queue_of(service: str) -> str:
    return f"guichet.{service}"


def dead_letter_queue_of(service: str) -> str:
    return f"{queue_of(service)}.dead"


def broker_of(settings: DatabaseSettings, client: str) -> Broker:
    assert settings.broker_url is not None
    return Broker(settings.broker_url, revealed(settings.broker_password), client, filled(settings.broker_ca_file))


class RabbitTransport:
    def __init__(
        self,
        broker: Broker,
        service: str,
        producers: Collection[str],
        wait_seconds: float = WAIT_SECONDS,
        deployment: uuid.UUID | None = None,
    ) -> None:
        """Take the time that a consumer waits for a message in one step, and the deployment that claims the broker."""
        self._deployment = deployment
        self._broker = broker
        self._service = service
        self._producers = producers
        self._wait_seconds = wait_seconds
        self._publisher: Publisher | None = None

    def publish(self, events: Sequence[Event]) -> None:
        if self._publisher is None or not self._publisher.is_open:
            self.claim()
            self._publisher = Publisher(self._broker, EXCHANGE)
        try:
            self._publisher.publish(_Messages(events))
        except Unroutable:
            metrics.UNROUTABLE.inc()
            log.error("no queue for an event", first=events[0].name, last=events[-1].name)
            raise

    def claim(self) -> None:
        """Claim the broker before it is used, at each connection: it may have lost its disk. Raises as `claim`."""
        if self._deployment is not None:
            claim(self._broker, self._service, self._deployment, DEAD_LETTER_EXCHANGE)

    def consumers(self, inbox: Inbox) -> Sequence[Loop]:
        """Return one consumer for all producers, since their queue is one; none for a service that follows no other."""
        if not self._producers:
            return []
        return [QueueConsumer(self._broker, self._service, self._producers, inbox, self._wait_seconds, self.claim)]

    def close(self) -> None:
        if self._publisher is not None:
            self._publisher.close()


class QueueConsumer(Loop):
    name = "consumer"

    def __init__(
        self,
        broker: Broker,
        service: str,
        producers: Collection[str],
        inbox: Inbox,
        wait_seconds: float,
        claim_broker: Callable[[], None],
    ) -> None:
        self._claim_broker = claim_broker
        self._broker = broker
        self._service = service
        self._producers = producers
        self._inbox = inbox
        self._wait_seconds = wait_seconds
        self._subscription: Subscription | None = None
        self._unacknowledged: list[tuple[int, Event]] = []
        """Events with the delivery tag of each, kept while the database does not take them."""
        self._readers = FeedReaders(inbox, producers)

    def run_once(self) -> bool:
        subscription = self._subscribed()
        if not self._unacknowledged:
            messages = subscription.take(MAX_UNACKNOWLEDGED, self._wait_seconds)
            self._unacknowledged = list(self._events(messages, subscription))
        arrived = bool(self._unacknowledged)
        if arrived:
            # On a fault of the database they stay in hand, and the next step tries again without a new delivery.
            self._receive()
            # One acknowledgement settles every tag up to this one; rejected ones among them are settled already.
            subscription.acknowledge_up_to(self._unacknowledged[-1][0])
            self._unacknowledged = []
        self._readers.run_once()
        return arrived

    def close(self) -> None:
        self._readers.close()
        if self._subscription is not None:
            self._subscription.close()

    def _subscribed(self) -> Subscription:
        if self._subscription is None or not self._subscription.is_open:
            self._reset()
            try:
                self._claim_broker()
                self._subscription = Subscription(
                    self._broker, queues_for(self._service, self._producers), MAX_UNACKNOWLEDGED
                )
            except Unavailable:
                self._readers.read_within(self._producers, 0)
                self._readers.run_once()
                raise
            log.info("subscribed", queue=queue_of(self._service))
            # A queue that was lost and declared anew is empty: its events are only in the feeds.
            self._readers.read_within(self._producers, self._wait_seconds)
        return self._subscription

    def _events(self, messages: Sequence[Incoming], subscription: Subscription) -> Iterator[tuple[int, Event]]:
        """Yield tags and events; a message without an event of a followed producer goes to the dead-letter queue."""
        for message in messages:
            event = _event(message)
            if event is not None and event.producer in self._producers:
                yield message.tag, event
            else:
                log.error("message is no event", queue=queue_of(self._service))
                metrics.REJECTED.inc()
                subscription.reject(message.tag)

    def _receive(self) -> None:
        """Apply each producer's events apart. What does not follow is dropped: the feed has it, if it counts."""
        events: dict[str, list[Event]] = {}
        for _, event in self._unacknowledged:
            events.setdefault(event.producer, []).append(event)
        for producer in filter(self._readers.leaves_to_queue, events):
            try:
                self._inbox.receive(events[producer])
            except DoesNotFollow:
                log.warning("messages do not follow on what was received", producer=producer)
                self._readers.read_within([producer], 0)
            else:
                self._readers.read_within([producer], CATCH_UP_SECONDS)

    def _reset(self) -> None:
        """Drop a lost subscription and its messages. The broker delivers them again; lost ones come from the feeds."""
        if self._subscription is not None:
            log.warning("broker or queue lost", queue=queue_of(self._service))
            metrics.BROKER_LOST.inc()
        self._subscription, self._unacknowledged = None, []


def queues_for(service: str, producers: Collection[str]) -> list[Queue]:
    """Return the service's queue, and the one for its dead letters."""
    name = queue_of(service)
    arguments = {
        "x-single-active-consumer": True,  # a second worker stands by, and the order holds
        "x-dead-letter-exchange": DEAD_LETTER_EXCHANGE,
        "x-dead-letter-routing-key": name,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # RabbitMQ demands it for dead letters at least once
        "x-delivery-limit": MAX_DELIVERIES,
    }
    dead = Queue(dead_letter_queue_of(service), [(DEAD_LETTER_EXCHANGE, name)])
    return [Queue(name, [(EXCHANGE, f"{producer}.#") for producer in sorted(producers)], arguments), dead]


class _Messages(Sequence[Outgoing]):
    """Messages encoded when they are sent, a chunk at a time: the broker receives the first ones sooner."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events

    def __len__(self) -> int:
        return len(self._events)

    @overload
    def __getitem__(self, index: int) -> Outgoing: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Outgoing]: ...

    def __getitem__(self, index: int | slice) -> Outgoing | Sequence[Outgoing]:
        if isinstance(index, slice):
            return [_outgoing(event) for event in self._events[index]]
        return _outgoing(self._events[index])


def _outgoing(event: Event) -> Outgoing:
    return Outgoing(event.name, str(event.id), json.dumps(event.to_json()).encode())


def _event(message: Incoming) -> Event | None:
    """Return the event of a message, or None for another content or another event than its routing key names.

    The broker checks a producer's rights by the key alone, so that a body may claim to be another producer's event.
    """
    try:
        event = Event.from_json(json.loads(message.body))
    except (ValueError, RecursionError):
        return None
    return event if event.name == message.key else None
