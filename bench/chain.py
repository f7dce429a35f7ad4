"""Processes between a commit and its effect in another service: `python -m bench.chain ROLE JSON`.

Ours are the loops of two workers, as a worker runs them. The floor's are as short as possible: a process that is
notified publishes the notification and waits for its confirm, another receives it, inserts and commits. Both announce
an effect by a notification that goes out with its commit.
"""

import json
import sys
import threading
from dataclasses import asdict, dataclass

import pika
import psycopg
from chassis.events.inbox import Inbox
from chassis.events.outbox import Event
from chassis.events.rabbitmq.transport import EXCHANGE, RabbitTransport
from chassis.events.relay import Relay
from chassis.ground import logs
from chassis.ground.loops import Loop, keep_running
from chassis.storage.database import Database
from pika.spec import Basic
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import rows
from bench.containers import Rabbit
from bench.events import CONSUMER, EmptyFeed, applied

EFFECTS = "effects"
"""Channel of the notifications of effects."""
BARE_NEWS = "bare_news"
BARE_KEY = "bare.happened"
BARE_QUEUE = "bare"
NOTIFY = f"SELECT pg_notify('{EFFECTS}', '')"


@dataclass(frozen=True)
class Ends:
    """Databases at both ends, as psycopg reads them, and the broker between them."""

    producer: str
    consumer: str
    address: str
    password: str

    @property
    def rabbit(self) -> Rabbit:
        return Rabbit(self.address, self.password)

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def relay(ends: Ends) -> None:
    _run(Relay(_database(ends.producer), RabbitTransport(ends.rabbit.broker(), rows.PRODUCER, ())))


def inbox(ends: Ends) -> None:
    def apply(session: Session, event: Event) -> None:
        applied(session, event)
        session.execute(text(NOTIFY))

    receiving = Inbox(_database(ends.consumer), {rows.EVENT: apply}, {rows.PRODUCER: EmptyFeed()})
    for consumer in RabbitTransport(ends.rabbit.broker(), CONSUMER, [rows.PRODUCER]).consumers(receiving):
        _run(consumer)


def bare_relay(ends: Ends) -> None:
    channel = ends.rabbit.connect().channel()
    channel.confirm_delivery()
    with psycopg.connect(ends.producer, autocommit=True) as connection:
        connection.execute(f"LISTEN {BARE_NEWS}".encode())
        _say_ready()
        for news in connection.notifies():
            body = news.payload.encode()
            channel.basic_publish(EXCHANGE, BARE_KEY, body, pika.BasicProperties(delivery_mode=2), mandatory=True)


def bare_inbox(ends: Ends) -> None:
    channel = ends.rabbit.connect().channel()
    channel.queue_declare(BARE_QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(BARE_QUEUE, EXCHANGE, BARE_KEY)
    with psycopg.connect(ends.consumer) as connection:

        def on_message(_channel: object, deliver: Basic.Deliver, _properties: object, body: bytes) -> None:
            connection.execute(b"INSERT INTO effects (event_id) VALUES (%s)", (body.decode(),))
            connection.execute(NOTIFY.encode())
            connection.commit()
            channel.basic_ack(deliver.delivery_tag)

        channel.basic_consume(BARE_QUEUE, on_message)
        _say_ready()
        channel.start_consuming()


ROLES = {"relay": relay, "inbox": inbox, "bare-relay": bare_relay, "bare-inbox": bare_inbox}


def _database(dsn: str) -> Database:
    return Database(dsn.replace("postgresql:", "postgresql+psycopg:"))


def _run(loop: Loop) -> None:
    _say_ready()
    keep_running(loop, threading.Event())


def _say_ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    logs.configure("bench", "ERROR")
    ROLES[sys.argv[1]](Ends(**json.loads(sys.argv[2])))
