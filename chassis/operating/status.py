"""Where a service stands: what it has told, what it has heard, and what waits."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.calls.internal_client import RemoteRefusal
from chassis.events.feed import HttpFeed
from chassis.events.inbox import FollowedRow, ParkedRow
from chassis.events.outbox import OutboxRow, PublishedRow
from chassis.events.rabbitmq.broker import Broker
from chassis.events.rabbitmq.depth import depths
from chassis.events.rabbitmq.transport import broker_of, dead_letter_queue_of, queue_of
from chassis.ground.problems import Unavailable
from chassis.processes.service import RunningService

Facts = dict[str, Any]
"""By name; what could not be asked is missing, and `problem` says why."""


def standing(running: RunningService) -> Facts:
    """Sections of facts. Raises what the database raises; others that do not answer are a fact."""
    with running.database.reading() as session:
        facts: Facts = {"outbox": _outbox(session), "inbox": _inbox(session)}
        followed = {row.producer: row.position for row in session.scalars(select(FollowedRow))}
    for producer, feed in running.feeds().items():
        facts[f"followed {producer}"] = _followed(followed.get(producer, 0), feed)
    if running.settings.broker_url is not None and running.followed:
        facts |= _queues(broker_of(running.settings, f"{running.name} status"), running.name)
    return facts


def _outbox(session: Session) -> Facts:
    recorded, last = session.execute(select(func.count(), func.max(OutboxRow.position)).select_from(OutboxRow)).one()
    waiting = session.scalar(select(func.count()).where(OutboxRow.position.is_(None)))
    published = session.scalar(select(PublishedRow.position)) or 0
    return {
        "recorded": recorded,
        "waiting for a position": waiting,
        "last position": last or 0,
        "published up to": published,
        "not yet published": (last or 0) - published,
    }


def _inbox(session: Session) -> Facts:
    return {"parked": session.scalar(select(func.count()).select_from(ParkedRow))}


def _followed(position: int, feed: HttpFeed) -> Facts:
    def lag() -> Facts:
        newest = feed.last()
        return {"newest position": newest, "lag": max(newest - position, 0)}

    return {"followed up to": position, **_asked(lag)}


def _queues(broker: Broker, service: str) -> Facts:
    """The service's queue and its dead-letter queue."""
    name, dead = queue_of(service), dead_letter_queue_of(service)
    missing = {"problem": "there is no such queue"}

    def ask() -> Facts:
        found = depths(broker, [name, dead])
        alive, given_up = found[name], found[dead]
        return {
            name: {"messages ready": alive.messages, "consumers": alive.consumers} if alive else missing,
            dead: {"messages": given_up.messages} if given_up else missing,
        }

    answer = _asked(ask)
    sections = {name: answer, dead: answer} if "problem" in answer else answer
    return {f"queue {queue}": facts for queue, facts in sections.items()}


def _asked(ask: Callable[[], Facts]) -> Facts:
    try:
        return ask()
    except Unavailable:
        return {"problem": "no answer"}
    except RemoteRefusal as error:
        return {"problem": f"refused: {error.code}"}
