"""Parts 2 and 3: the relay and the inbox, against pika alone, and pika with one row written for each event."""

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from chassis.events.inbox import BATCH, Inbox
from chassis.events.outbox import Event
from chassis.events.rabbitmq.subscription import Subscription
from chassis.events.rabbitmq.transport import EXCHANGE, RabbitTransport, queue_of, queues_for
from chassis.events.relay import Relay
from chassis.ground.clock import now
from chassis.storage import migrations
from chassis.storage.database import Database
from sqlalchemy import BigInteger
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bench import bare_amqp, rows
from bench.containers import Postgres, Rabbit
from bench.measurement import Effort, Figure, in_turns

CONSUMER = "espaces"
QUEUE = queue_of(CONSUMER)
RELAY_AIM, INBOX_AIM = 0.85, 0.70
AGES_AGO = 1_000
"""Events in the log before the measured ones, unless their number is the subject."""


class OrderLost(Exception):
    """Failure because the queue delivered other events than it received, or in another order."""


class Base(DeclarativeBase):
    pass


class Effect(Base):
    """Row that a handler writes."""

    __tablename__ = "effects"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    event_id: Mapped[uuid.UUID]


def applied(session: Session, event: Event) -> None:
    session.add(Effect(event_id=event.id))


class EmptyFeed:
    """Feed of a producer without new events."""

    def after(self, position: int, *, after_id: uuid.UUID | None = None, wait: float = 0) -> Sequence[Event]:
        return ()

    def last(self) -> int:
        return 0


@dataclass(frozen=True)
class Place:
    """Databases of producer and consumer, and the broker between them."""

    postgres: Postgres
    rabbit: Rabbit

    def prepare(self) -> None:
        for database, service in (("producer", "identity"), ("consumer", CONSUMER)):
            self.postgres.create(database)
            migrations.migrate(service, self.postgres.url(database))
        queues = queues_for(CONSUMER, [rows.PRODUCER])
        Subscription(self.rabbit.broker(), queues, 1).close()

    def producer(self) -> str:
        return self.postgres.dsn("producer")

    def consumer(self) -> str:
        return self.postgres.dsn("consumer")

    def empty_queue(self) -> None:
        connection = self.rabbit.connect()
        connection.channel().queue_purge(QUEUE)
        connection.close()


def measure(place: Place, effort: Effort) -> Iterator[Figure]:
    place.prepare()
    yield relay(place, effort, AGES_AGO)
    yield inbox(place, effort, AGES_AGO)


def relay(place: Place, effort: Effort, published: int) -> Figure:
    bodies = [_body(position) for position in range(published + 1, published + effort.events + 1)]

    def floor() -> float:
        place.empty_queue()
        with _Watch(effort.events) as watch:
            bare_amqp.publish(place.rabbit.broker(), EXCHANGE, rows.EVENT, bodies)
        return watch.per_second

    def ours() -> float:
        place.empty_queue()
        rows.wait_in_outbox(place.producer(), published, effort.events)
        database = Database(place.postgres.url("producer"))
        transport = RabbitTransport(place.rabbit.broker(), rows.PRODUCER, ())
        drained = Relay(database, transport)  # the loop itself, without a worker's thread around it
        with _Watch(effort.events) as watch:
            while _last_published(drained) < published + effort.events:
                drained.run_once()
        drained.close()
        database.dispose()
        _check_order(place, published, effort.events)
        return watch.per_second

    rows.fill_outbox(place.producer(), published)
    name = f"Relay: {effort.events:,} events drained from the outbox"
    bare, relayed = in_turns(effort.rounds, floor, ours)
    return Figure(name, "events/s", bare, relayed, RELAY_AIM)


def _last_published(drained: Relay) -> int:
    return drained.published_position or 0


def _check_order(place: Place, published: int, count: int) -> None:
    """Empty the queue. Raises OrderLost unless each position came once, in order."""
    positions: list[int] = []

    def look(bodies: Sequence[bytes]) -> None:
        positions.extend(json.loads(body)["position"] for body in bodies)

    bare_amqp.consume(place.rabbit.broker(), QUEUE, count, BATCH, look)
    if positions != list(range(published + 1, published + count + 1)):
        raise OrderLost


def inbox(place: Place, effort: Effort, seen: int) -> Figure:
    def prepared() -> None:
        place.empty_queue()
        rows.delete_newer(place.consumer(), seen)
        bodies = [_body(position) for position in range(seen + 1, seen + effort.events + 1)]
        bare_amqp.publish(place.rabbit.broker(), EXCHANGE, rows.EVENT, bodies)

    def floor() -> float:
        prepared()
        with psycopg.connect(place.consumer()) as connection, _Watch(effort.events) as watch:
            bare_amqp.consume(
                place.rabbit.broker(), QUEUE, effort.events, BATCH, lambda bodies: _write(connection, bodies)
            )
        return watch.per_second

    def ours() -> float:
        prepared()
        database = Database(place.postgres.url("consumer"))
        receiving = Inbox(database, {rows.EVENT: applied}, {rows.PRODUCER: EmptyFeed()})
        (consumer,) = RabbitTransport(place.rabbit.broker(), CONSUMER, [rows.PRODUCER]).consumers(receiving)
        with _Watch(effort.events) as watch:
            while receiving.position(rows.PRODUCER) < seen + effort.events:
                consumer.run_once()
        consumer.close()
        database.dispose()
        _check_applied(place, effort.events)
        return watch.per_second

    rows.fill_inbox(place.consumer(), seen)
    name = f"Inbox: {effort.events:,} events applied, one row each"
    bare, received = in_turns(effort.rounds, floor, ours)
    return Figure(name, "events/s", bare, received, INBOX_AIM)


def _write(connection: "psycopg.Connection[tuple[object, ...]]", bodies: Sequence[bytes]) -> None:
    for body in bodies:
        connection.execute(b"INSERT INTO effects (event_id) VALUES (%s)", (uuid.UUID(json.loads(body)["id"]),))
    connection.commit()


def _check_applied(place: Place, count: int) -> None:
    with psycopg.connect(place.consumer()) as connection:
        counts = connection.execute(b"SELECT count(*), count(DISTINCT event_id) FROM effects").fetchone()
    if counts != (count, count):
        raise OrderLost


def _body(position: int) -> bytes:
    event = Event(uuid.uuid4(), rows.EVENT, position, now(), str(uuid.uuid4()), rows.PAYLOAD)
    return json.dumps(event.to_json()).encode()


class _Watch:
    def __init__(self, count: int) -> None:
        self._count = count

    def __enter__(self) -> "_Watch":
        self._began = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.per_second = self._count / (time.perf_counter() - self._began)
