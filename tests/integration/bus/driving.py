"""Producers and a consumer that tests of the bus drive: logs in memory, an inbox that writes down what it applied."""

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from chassis.events.feed import LogDiverged
from chassis.events.inbox import Inbox, ParkedRow
from chassis.events.outbox import Event
from chassis.events.rabbitmq.broker import Broker
from chassis.events.rabbitmq.subscription import Incoming, Subscription
from chassis.events.rabbitmq.transport import RabbitTransport, queues_for
from chassis.ground.clock import now
from chassis.ground.loops import Loop, keep_running
from chassis.ground.problems import Unavailable
from chassis.storage.column_types import new_metadata
from chassis.storage.database import Database
from tests.kit.waiting import until

NAMES = {"identity": "identity.account_activated.v1", "structures": "structures.attachment_approved.v1"}
PAGE = 100


class AppliedBase(DeclarativeBase):
    metadata = new_metadata()


class Applied(AppliedBase):
    __tablename__ = "applied"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    producer: Mapped[str]
    position: Mapped[int]


class Log:
    """What a producer has committed, and its feed."""

    def __init__(self, producer: str = "identity") -> None:
        self._name = NAMES[producer]
        self.events: list[Event] = []
        self.answers = True

    def record(self, many: int = 1) -> list[Event]:
        return [self._record(len(self.events) + 1) for _ in range(many)]

    def _record(self, position: int) -> Event:
        previous_id = self.events[-1].id if self.events else None
        event = Event(
            uuid.uuid4(), self._name, position, now(), "test-correlation", {"account_id": position}, previous_id
        )
        self.events.append(event)
        return event

    def after(self, position: int, *, after_id: uuid.UUID | None = None, wait: float = 0) -> Sequence[Event]:
        if not self.answers:
            raise Unavailable
        if after_id and after_id not in [event.id for event in self.events[position - 1 : position]]:
            raise LogDiverged
        return self.events[position : position + PAGE]


def apply(session: Session, event: Event) -> None:
    session.add(Applied(producer=event.producer, position=event.position))
    session.flush()


class Consumer:
    """The notifier, in name only."""

    def __init__(self, broker: Broker, logs: Mapping[str, Log], database: Database) -> None:
        self.database = database
        self.handler: Callable[[Session, Event], None] = apply
        handlers = {NAMES[producer]: lambda session, event: self.handler(session, event) for producer in logs}
        self.inbox = Inbox(database, handlers, logs)
        self.transport = RabbitTransport(broker, "notifier", logs.keys(), wait_seconds=0.2)

    @contextmanager
    def running(self) -> Iterator[None]:
        with running(*self.transport.consumers(self.inbox)):
            yield

    def step(self) -> Loop:
        """Its loop, to be run and closed by hand."""
        (loop,) = self.transport.consumers(self.inbox)
        return loop

    def applied(self, producer: str = "identity") -> list[int]:
        """Positions, in the order in which they were applied."""
        with self.database.reading() as session:
            chosen = select(Applied.position).where(Applied.producer == producer).order_by(Applied.id)
            return list(session.scalars(chosen))

    def parked(self) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(ParkedRow)) or 0

    def has_applied(self, last: int, producer: str = "identity", within: float = 20) -> None:
        """Waits for all up to `last`: each once, in order."""
        until(lambda: len(self.applied(producer)) >= last, within)
        assert self.applied(producer) == list(range(1, last + 1))


@contextmanager
def running(*loops: Loop) -> Iterator[None]:
    """Each in a thread, as a worker runs them."""
    stop = threading.Event()
    threads = [threading.Thread(target=keep_running, args=(loop, stop)) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in threads)


@contextmanager
def subscribed(broker: Broker, producers: Sequence[str] = ("identity",), most: int = 500) -> Iterator[Subscription]:
    """The notifier's queue, without what the consumer does with it."""
    subscription = Subscription(broker, queues_for("notifier", producers), most)
    try:
        yield subscription
    finally:
        subscription.close()


def publishing(broker: Broker) -> RabbitTransport:
    """A producer's side; which producer, the user of `broker` says."""
    return RabbitTransport(broker, "identity", ())


def takes(publisher: RabbitTransport, events: Sequence[Event]) -> bool:
    """Whether the broker has them, tried as a relay does: a queue that is declared anew takes nothing before it is
    bound."""
    try:
        publisher.publish(events)
    except Unavailable:
        return False
    return True


def take(subscription: Subscription, many: int, within: float = 15) -> list[Incoming]:
    found: list[Incoming] = []

    def enough() -> bool:
        found.extend(subscription.take(many - len(found), 0.05))
        return len(found) >= many

    until(enough, within)
    return found
