"""Parts of the simulated world: producers, followers, and a broker between them that loses and repeats."""

import json
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from chassis.events import contracts
from chassis.events.feed import LogDiverged, has, read
from chassis.events.inbox import Inbox, ParkedRow
from chassis.events.outbox import ChassisBase, Event, OutboxRow, record
from chassis.events.received import DoesNotFollow, last_received, lock_producer
from chassis.events.relay import Relay
from chassis.events.transport import Follower
from chassis.ground.loops import Loop
from chassis.ground.problems import Unavailable
from chassis.operating.restored_logs import agreed_position, forget_after
from chassis.storage.column_types import new_metadata
from chassis.storage.database import Database

NAMES = {"identity": "identity.account_activated.v1", "structures": "structures.attachment_approved.v1"}
PAGE = 6
IN_HAND = 8
MANY = 200
"""Steps that no schedule needs to come to rest."""
POISON = 13
"""Every so many facts, one that no handler can take."""


class EffectBase(DeclarativeBase):
    metadata = new_metadata()


class Effect(EffectBase):
    """What a follower did: one row for each event that it applied, in order."""

    __tablename__ = "effects"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    event_id: Mapped[uuid.UUID]
    producer: Mapped[str]
    position: Mapped[int]


class Crash(BaseException):
    """End of a process in the middle of what it did."""


class Store:
    """A database in memory that can be set back to how it was."""

    def __init__(self) -> None:
        self.database = Database("sqlite://")
        for base in (ChassisBase, EffectBase):
            base.metadata.create_all(self.database.engine)
        self._empty = self.saved()
        self._copies = [self._empty]

    def empty(self) -> None:
        self._load(self._empty)
        self._copies = [self._empty]

    def saved(self) -> bytes:
        with self.database.engine.connect() as connection:
            copied: bytes = connection.connection.driver_connection.serialize()  # type: ignore[union-attr]
            return copied

    def back_up(self) -> None:
        self._copies.append(self.saved())

    def restore(self, chosen: random.Random) -> None:
        """Take a backup, and forget those that are newer: an operator goes on from it."""
        index = chosen.randrange(len(self._copies))
        del self._copies[index + 1 :]
        self._load(self._copies[index])

    def _load(self, copied: bytes) -> None:
        with self.database.engine.connect() as connection:
            connection.connection.driver_connection.deserialize(copied)  # type: ignore[union-attr]


class Broker:
    """Queue of one follower, which loses, repeats and reorders as it is told."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def put(self, events: Sequence[Event]) -> None:
        self.messages += [json.dumps(event.to_json()) for event in events]

    def lose(self, chosen: random.Random) -> None:
        start = chosen.choice([0, chosen.randrange(len(self.messages) + 1)])
        del self.messages[start : start + chosen.randrange(1, IN_HAND)]

    def lose_all(self, _: random.Random) -> None:
        self.messages = []

    def repeat(self, chosen: random.Random) -> None:
        if self.messages:
            start = chosen.randrange(len(self.messages))
            self.messages += self.messages[start : start + IN_HAND]

    def reorder(self, chosen: random.Random) -> None:
        start = chosen.randrange(len(self.messages) + 1)
        some = self.messages[start : start + IN_HAND]
        chosen.shuffle(some)
        self.messages[start : start + IN_HAND] = some


class Producer:
    def __init__(self, name: str, broker: Broker, trouble: "Trouble") -> None:
        self.name = name
        self.store = Store()
        self._broker = broker
        self._trouble = trouble
        self.restart()

    def restart(self) -> None:
        self._relay = Relay(self.store.database, self, look_seconds=0)

    def tell(self, numbers: Sequence[int]) -> None:
        example = contracts.event_schema(NAMES[self.name])["examples"][0]
        with self.store.database.writing() as session:
            for number in numbers:
                record(session, NAMES[self.name], {**example, "account_id": number})

    def relay(self) -> bool:
        try:
            return self._relay.run_once()
        except (Unavailable, Crash):
            self._relay.close()
            self.restart()
            return True

    def stop(self) -> None:
        self._relay.close()

    # ---- What the relay takes for its transport ---------------------------------------------------------------------
    def publish(self, events: Sequence[Event]) -> None:
        self._trouble.may_strike()
        self._broker.put(events)
        self._trouble.may_strike()

    def consumers(self, inbox: Inbox) -> Sequence[Loop]:
        return ()

    def close(self) -> None:
        """Do nothing: there are no resources."""

    # ---- Its feed ---------------------------------------------------------------------------------------------------
    def after(self, position: int, *, after_id: uuid.UUID | None = None, wait: float = 0) -> Sequence[Event]:
        self._trouble.may_be_silent()
        if after_id and not has(self.store.database, position, after_id):
            raise LogDiverged
        return read(self.store.database, position, PAGE)

    def log(self) -> list[uuid.UUID]:
        with self.store.database.reading() as session:
            told = select(OutboxRow.id, OutboxRow.seq).where(OutboxRow.position.is_not(None))
            rows = session.execute(told.order_by(OutboxRow.position)).all()
        assert [row.seq for row in rows] == sorted(row.seq for row in rows), "not in the order of recording"
        return [row.id for row in rows]


class Trouble:
    """What may happen inside a step, as often as the schedule says; at its end nothing more does."""

    def __init__(self, chosen: random.Random) -> None:
        self.chosen = chosen
        self.is_over = False

    def may_strike(self) -> None:
        if not self.is_over and self.chosen.random() < 0.08:
            raise self.chosen.choice([Crash, Unavailable])()

    def may_be_silent(self) -> None:
        if not self.is_over and self.chosen.random() < 0.1:
            raise Unavailable


class FollowerUnderTest:
    """A service with an inbox. It says of which producers the log diverged."""

    def __init__(self, producers: Mapping[str, Producer], trouble: Trouble) -> None:
        self.store = Store()
        self.producers = producers
        self._trouble = trouble
        self.diverged: set[str] = set()
        self.restart()

    def restart(self) -> None:
        handlers = dict.fromkeys((NAMES[name] for name in self.producers), self._apply)
        self.inbox = Inbox(self.store.database, handlers, self.producers)

    def step(self) -> bool:
        """Do something, and return whether there may be more to do."""
        try:
            return self._step()
        except Crash:
            self.restart()
            return True
        except Unavailable:
            return not self._trouble.is_over

    def accept_what_was_lost(self, producer: str) -> None:
        """Do as `guichet events rebuild --restored` does."""
        with suppress(Unavailable):
            agreed = agreed_position(self.store.database, producer, self.producers[producer])
            assert agreed is not None
            with self.store.database.writing() as session:
                forget_after(session, lock_producer(session, producer), agreed)
                session.execute(delete(Effect).where(Effect.producer == producer, Effect.position > agreed))

    def applied(self, producer: str) -> list[uuid.UUID]:
        with self.store.database.reading() as session:
            chosen = select(Effect.event_id).where(Effect.producer == producer).order_by(Effect.number)
            return list(session.scalars(chosen))

    def parked(self) -> set[uuid.UUID]:
        with self.store.database.reading() as session:
            return set(session.scalars(select(ParkedRow.event_id)))

    def last(self, producer: str) -> tuple[int, uuid.UUID | None]:
        with self.store.database.reading() as session:
            return last_received(session, producer)

    def _step(self) -> bool:
        raise NotImplementedError

    def _apply(self, session: Session, event: Event) -> None:
        self._trouble.may_strike()
        if event.payload["account_id"] % POISON == 0:
            raise ValueError
        row = {"event_id": event.id, "producer": event.producer, "position": event.position}
        session.execute(insert(Effect), row)
        self._trouble.may_strike()

    def _note(self, producer: str, is_diverged: bool) -> None:
        (self.diverged.add if is_diverged else self.diverged.discard)(producer)


class FeedFollower(FollowerUnderTest):
    """Follower of the embedded default: the real loop."""

    def _step(self) -> bool:
        busy = [self._follow(producer) for producer in self.producers]
        return any(busy)

    def _follow(self, producer: str) -> bool:
        loop = Follower(producer, self.inbox, 0)
        busy = loop.run_once()
        self._note(producer, loop.idle_seconds > 0)
        return busy


class QueueFollower(FollowerUnderTest):
    """Follower by a queue, as chassis.events.rabbitmq.transport has it, without its threads and its clock."""

    def __init__(self, producers: Mapping[str, Producer], trouble: Trouble, broker: Broker) -> None:
        super().__init__(producers, trouble)
        self._broker = broker

    def _step(self) -> bool:
        messages = self._broker.messages[:IN_HAND]
        events = [Event.from_json(json.loads(message)) for message in messages]
        for producer in {event.producer: None for event in events}:
            if producer not in self.diverged:
                self._receive(producer, [event for event in events if event.producer == producer])
        del self._broker.messages[: len(messages)]  # acknowledged: a crash before this delivers them again
        if not messages:
            for producer in self.producers:
                self._catch_up(producer)
        return bool(messages)

    def _receive(self, producer: str, events: Sequence[Event]) -> None:
        try:
            self.inbox.receive(events)
        except DoesNotFollow:
            with suppress(Unavailable):
                self._catch_up(producer)

    def _catch_up(self, producer: str) -> None:
        try:
            until_it_rests(lambda: self.inbox.catch_up(producer))
        except LogDiverged:
            self._note(producer, is_diverged=True)
        else:
            self._note(producer, is_diverged=False)


def until_it_rests(step: Callable[[], bool]) -> None:
    for _ in range(MANY):
        if not step():
            return
    raise AssertionError("it does not come to rest")
