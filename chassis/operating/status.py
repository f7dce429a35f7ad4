"""Status of a service: figures of its outbox, its inbox, its followed producers and its queues."""

import uuid
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.calls.internal_client import RemoteRefusal
from chassis.events.feed import HttpFeed, LogDiverged
from chassis.events.inbox import ParkedRow
from chassis.events.outbox import OutboxRow, PublishedRow
from chassis.events.rabbitmq.broker import Broker
from chassis.events.rabbitmq.depth import depths
from chassis.events.rabbitmq.transport import broker_of, dead_letter_queue_of, queue_of
from chassis.events.received import last_received
from chassis.ground.problems import Unavailable
from chassis.processes.service import AnyRunningService

Facts = dict[str, int | str | None]
"""Figures by name. `problem` stands for those of a producer or broker that does not answer."""
Sections = dict[str, Facts]


def service_status(running: AnyRunningService) -> Sections:
    """Return the figures of outbox, inbox, followed producers and queues, in sections.

    Raises the exceptions of the database. A producer or a broker that does not answer is a figure, not an exception.
    """
    with running.database.reading() as session:
        sections = {"outbox": _outbox(session), "inbox": _inbox(session)}
        received = {producer: last_received(session, producer) for producer in running.followed}
    for producer, feed in running.feeds().items():
        sections[f"followed {producer}"] = _followed(*received[producer], feed)
    if running.settings.broker_url is not None and running.followed:
        sections |= _queues(broker_of(running.settings, f"{running.name} status"), running.name)
    return sections


def _outbox(session: Session) -> Facts:
    # Positions have no holes, so nothing is counted but what has none yet: the log only grows.
    last = session.scalar(select(func.max(OutboxRow.position))) or 0
    waiting = session.scalar(select(func.count()).where(OutboxRow.position.is_(None))) or 0
    published = session.scalar(select(PublishedRow.position)) or 0
    return {
        "recorded": last + waiting,
        "waiting for a position": waiting,
        "last position": last,
        "published up to": published,
        "not yet published": last - published,
    }


def _inbox(session: Session) -> Facts:
    return {"parked": session.scalar(select(func.count()).select_from(ParkedRow))}


def _followed(position: int, event_id: uuid.UUID | None, feed: HttpFeed) -> Facts:
    def lag() -> Facts:
        newest = feed.last()
        return {"newest position": newest, "lag": newest - position, **_comparison(position, event_id, feed)}

    return {"followed up to": position, **_or_problem(lag)}


def _comparison(position: int, event_id: uuid.UUID | None, feed: HttpFeed) -> Facts:
    """Return a problem if the producer does not have the event that was received last."""
    try:
        feed.last(position=position, after_id=event_id)
    except LogDiverged:
        return {"problem": "diverged"}
    return {}


def _queues(broker: Broker, service: str) -> Sections:
    """Return a section for the service's queue and one for its dead-letter queue."""
    name, dead = queue_of(service), dead_letter_queue_of(service)
    try:
        depth_of = depths(broker, [name, dead])
    except Unavailable:
        return {f"queue {queue}": {"problem": "no answer"} for queue in (name, dead)}
    missing: Facts = {"problem": "there is no such queue"}
    live, dead_letters = depth_of[name], depth_of[dead]
    return {
        f"queue {name}": {"messages ready": live.messages, "consumers": live.consumers} if live else missing,
        f"queue {dead}": {"messages": dead_letters.messages} if dead_letters else missing,
    }


def _or_problem(ask: Callable[[], Facts]) -> Facts:
    try:
        return ask()
    except Unavailable:
        return {"problem": "no answer"}
    except RemoteRefusal as error:
        return {"problem": f"refused: {error.code}"}
