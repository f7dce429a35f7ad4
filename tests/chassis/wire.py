"""Two services and what carries events between them, run by hand one step at a time.

The producer is identity and the consumer is the notifier, in name only: what they record and apply is the tests' own.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from chassis.calls.internal_client import InternalClient
from chassis.calls.tokens import StaticKeys
from chassis.events.feed import Feed, HttpFeed
from chassis.events.inbox import Inbox, ParkedRow
from chassis.events.outbox import Event, Handler, record
from chassis.events.rabbitmq.transport import RabbitTransport
from chassis.events.relay import Relay
from chassis.events.transport import EmbeddedTransport, Transport
from chassis.ground.clock import now
from chassis.ground.loops import Loop
from chassis.ground.settings import Secret, ServiceSettings
from chassis.processes.service import Service, create_app, no_resources
from chassis.storage.column_types import new_metadata
from chassis.storage.database import Database
from tests.containers.rabbitmq import BrokerUnderTest, fresh_broker
from tests.kit import databases, keys
from tests.kit.serving import serving

Transports = Callable[[str, Mapping[str, Feed]], Transport]
SILENCE_SECONDS = 0.3
"""After which a test takes a queue to be empty. Were it too short, the feed would bring the rest, and the test fail."""
ACTIVATED = "identity.account_activated.v1"


class EffectBase(DeclarativeBase):
    metadata = new_metadata()


class Effect(EffectBase):
    """What the consumer did: one row for each event that it applied."""

    __tablename__ = "effects"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    account_id: Mapped[int]


class FollowerCredentials:
    """A token that may read feeds, without asking identity."""

    def token(self) -> str:
        return keys.service_headers("notifier", "feed.read")["Authorization"].removeprefix("Bearer ")

    def discard_token(self) -> None:
        """It never changes."""


class Producer:
    """A service with an outbox, whose feed is served over real HTTP."""

    def __init__(self, folder: Path) -> None:
        settings = ServiceSettings(
            database_url=databases.make_migrated("identity", folder / "producer.db"),
            identity_url="http://127.0.0.1:9",
            client_secret=Secret("a-secret-of-this-test"),
        )
        service = Service(
            "identity",
            ServiceSettings,
            [],
            new_metadata(),
            no_resources,
            followers=frozenset({"notifier"}),
            keys=lambda _: StaticKeys(keys.KEYS),
        )
        self._app = create_app(service, settings)
        self.database: Database = self._app.extensions["guichet.service"].database

    def record(self, *account_ids: int) -> None:
        """One fact for each, each in a transaction of its own."""
        for account_id in account_ids:
            with self.database.writing() as session:
                record(session, ACTIVATED, {"account_id": account_id})

    @contextmanager
    def feed(self) -> Iterator[Feed]:
        with serving(self._app) as url:
            yield HttpFeed(InternalClient(url, FollowerCredentials()))  # type: ignore[arg-type]


class Wire:
    """A producer, a consumer, and the transport between them."""

    def __init__(self, folder: Path, feed: Feed, producer: Producer, transports: Transports) -> None:
        """`transports` makes the transport of a service that follows some producers by their feeds."""
        self.producer = producer
        self.feed = feed
        self.transports = transports
        self.transport = transports("identity", {})
        self.consumer_transport = transports("notifier", {"identity": feed})
        self.database = Database(databases.make_migrated("notifier", folder / "consumer.db"))
        EffectBase.metadata.create_all(self.database.engine)
        self.handler: Handler = apply
        self.inbox = self.new_inbox()

    def new_inbox(self, feeds: Mapping[str, Feed] | None = None) -> Inbox:
        """As a consumer that was started again has it; `feeds` to follow others than the producer."""
        handlers = {ACTIVATED: lambda session, event: self.handler(session, event)}
        return Inbox(self.database, handlers, feeds or {"identity": self.feed})

    def relay(self) -> None:
        """A relay that was just started publishes all that there is."""
        relay = Relay(self.producer.database, self.transport, look_seconds=0)
        while relay.run_once():
            pass
        relay.close()

    def deliver(self, *, may_heal: bool = False) -> None:
        """Brings what was published to the inbox; raises what the consumer's loop would have to live with.

        `may_heal`: whether the feed may bring what the transport does not."""
        healed = metric("guichet_events_healed_total", producer="identity")
        with running(self.consumer_transport, self.inbox) as (loop,):
            while loop.run_once():
                pass
        assert may_heal or metric("guichet_events_healed_total", producer="identity") == healed, (
            "not from the transport"
        )

    def effects(self) -> list[int]:
        with self.database.reading() as session:
            return [effect.account_id for effect in session.scalars(select(Effect).order_by(Effect.id))]

    def parked(self) -> list[dict[str, Any]]:
        with self.database.reading() as session:
            return [row.event for row in session.scalars(select(ParkedRow))]


def metric(name: str, **labels: str) -> float:
    """What this process has counted until now."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def apply(session: Session, event: Event) -> None:
    session.add(Effect(account_id=event.payload["account_id"]))


@contextmanager
def running(transport: Transport, inbox: Inbox) -> Iterator[Sequence[Loop]]:
    loops = transport.consumers(inbox)
    try:
        yield loops
    finally:
        for loop in loops:
            loop.close()


@contextmanager
def embedded(folder: Path) -> Iterator[Wire]:
    """Workers that follow each other's feed."""
    with a_wire(folder, lambda _, feeds: EmbeddedTransport(feeds, wait_seconds=0)) as wire:
        yield wire


@contextmanager
def rabbitmq(folder: Path) -> Iterator[Wire]:
    """A broker, with each service's own user."""
    with (
        fresh_broker() as broker,
        a_wire(folder, lambda service, feeds: a_rabbit(broker, service, feeds)) as wire,
    ):
        # The consumer has been there before: its queue waits for what is published.
        wire.deliver()
        yield wire


def a_rabbit(broker: BrokerUnderTest, service: str, feeds: Mapping[str, Feed]) -> RabbitTransport:
    return RabbitTransport(broker.of(service), service, feeds.keys(), SILENCE_SECONDS)


@contextmanager
def a_wire(folder: Path, transports: Transports) -> Iterator[Wire]:
    producer = Producer(folder)
    with producer.feed() as feed:
        wire = Wire(folder, feed, producer, transports)
        try:
            yield wire
        finally:
            wire.database.dispose()
            producer.database.dispose()


ADAPTERS: Sequence[Any] = (embedded, pytest.param(rabbitmq, marks=pytest.mark.containers))
"""Every transport that the contract suite runs on."""


def an_event(position: int, account_id: int = 41) -> Event:
    return Event(uuid.uuid4(), ACTIVATED, position, now(), "test-correlation", {"account_id": account_id})
