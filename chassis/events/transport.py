"""The port through which events travel, and its embedded adapter, which needs no broker.

The other adapter is chassis.events.rabbitmq.transport. One contract suite runs on both
(tests/chassis/events/test_transport_contract.py).
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from chassis.events.feed import Feed
from chassis.events.inbox import Inbox
from chassis.events.outbox import Event
from chassis.ground.loops import Loop

LONG_POLL_SECONDS = 2.0


class Transport(Protocol):
    def publish(self, events: Sequence[Event]) -> None:
        """Hands events over in their order; returning means that they are safe, raising that nothing is certain."""

    def consumers(self, inbox: Inbox) -> Sequence[Loop]:
        """Loops that bring each followed producer's events to `inbox.receive`, in order, each at least once."""

    def close(self) -> None:
        """Gives back what publishing needs; each consumer loop has a close of its own."""


class EmbeddedTransport:
    """Workers follow each other's feed; a row is out as soon as it has a position."""

    def __init__(self, feeds: Mapping[str, Feed], wait_seconds: float = LONG_POLL_SECONDS) -> None:
        self._feeds = feeds
        self._wait_seconds = wait_seconds

    def publish(self, events: Sequence[Event]) -> None:
        """Nothing to hand over: the outbox itself is what the followers read."""

    def close(self) -> None:
        """Nothing is held."""

    def consumers(self, inbox: Inbox) -> Sequence[Loop]:
        return [Follower(producer, feed, inbox, self._wait_seconds) for producer, feed in self._feeds.items()]


class Follower(Loop):
    """Reads one producer's feed from where the inbox stands; the inbox's own position is the acknowledgement.

    It never idles: the feed itself waits for news.
    """

    def __init__(self, producer: str, feed: Feed, inbox: Inbox, wait_seconds: float) -> None:
        self.name = f"follower of {producer}"
        self._producer = producer
        self._feed = feed
        self._inbox = inbox
        self._wait_seconds = wait_seconds

    def run_once(self) -> bool:
        events = self._feed.after(self._inbox.position(self._producer), wait=self._wait_seconds)
        self._inbox.receive(events)
        return bool(events)
