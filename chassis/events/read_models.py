"""Read models: tables of other services' facts, apart from a service's own reactions to them.

A read model is made of events alone, so it can be rebuilt from the producers' feeds (chassis/operating/rebuild.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Table
from sqlalchemy.orm import DeclarativeBase, Session

from chassis.events.outbox import Event, Handler


@dataclass(frozen=True)
class ReadModels:
    """Tables of read models, and the projections (handlers) that fill them."""

    models: Sequence[type[DeclarativeBase]] = ()
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    """Projections by event name. They read and write these tables alone, need no resources, and give equal results in
    any order of events from different producers."""

    @property
    def tables(self) -> list[Table]:
        return [cast(Table, model.__table__) for model in self.models]


def project_then_react(projections: Mapping[str, Handler], reactions: Mapping[str, Handler]) -> dict[str, Handler]:
    """Return handlers that run the projection of an event first: its reaction then reads updated tables."""
    chained = {
        name: _chain(projections[name], react) if name in projections else react for name, react in reactions.items()
    }
    return {**projections, **chained}


def _chain(project: Handler, react: Handler) -> Handler:
    def handle(session: Session, event: Event) -> None:
        project(session, event)
        react(session, event)

    return handle
