"""Transport: the port through which events travel, and its embedded adapter, which needs no broker.

The other adapter is chassis.events.rabbitmq.transport. One contract suite runs on both
(tests/chassis/events/test_transport_contract.py).
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from chassis.events.feed import Feed, LogDiverged
from chassis.events.inbox import Inbox
from chassis.events.outbox import Event
from chassis.ground.loops import Loop

LONG_POLL_SECONDS = 2.0
DIVERGED_SECONDS = 30.0
"""Pause between two looks whether a producer's log is again the one that was followed."""


class Transport(Protocol):
    def publish(self, events: Sequence[Event]) -> None:
        """Hand events over in their order. After its return they are safe; after an exception nothing is certain."""

    def consumers(self, inbox: Inbox) -> Sequence[Loop]:
        """Return loops that bring each followed producer's events to `inbox.receive`, in order, each at least once."""

    def close(self) -> None:
        """Release the resources of publishing; each consumer loop has a close of its own."""


class EmbeddedTransport:
    """Transport without a broker: workers follow each other's feed, and a row is published once it has a position."""

    def __init__(self, feeds: Mapping[str, Feed], wait_seconds: float = LONG_POLL_SECONDS) -> None:
        self._feeds = feeds
        self._wait_seconds = wait_seconds

    def publish(self, events: Sequence[Event]) -> None:
        """Do nothing: followers read the outbox itself."""

    def close(self) -> None:
        """Do nothing: there are no resources."""

    def consumers(self, inbox: Inbox) -> Sequence[Loop]:
        return [Follower(producer, inbox, self._wait_seconds) for producer in self._feeds]


class Follower(Loop):
    """Loop that reads one producer's feed from the inbox's position, which serves as the acknowledgement.

    It idles only while the producer's log is another one: else the feed itself waits for new events.
    """

    def __init__(self, producer: str, inbox: Inbox, wait_seconds: float) -> None:
        self.name = f"follower of {producer}"
        self._producer = producer
        self._inbox = inbox
        self._wait_seconds = wait_seconds

    def run_once(self) -> bool:
        try:
            length = self._inbox.follow(self._producer, self._wait_seconds)
        except LogDiverged:
            self.idle_seconds = DIVERGED_SECONDS
            return False
        self.idle_seconds = 0.0
        return length > 0
