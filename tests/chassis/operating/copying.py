"""Espaces with what identity and structures have told it, kept in memory instead of behind a feed."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text

from chassis.events.outbox import Event, OutboxRow
from services.espaces.app import SERVICE
from tests.kit import databases
from tests.kit.support import ServiceUnderTest, contract_example, service_under_test

REGISTERED, ACTIVATED = "identity.account_registered.v1", "identity.account_activated.v1"
CREATED, CHANGED = "structures.structure_created.v1", "structures.structure_changed.v1"
APPROVED = "structures.attachment_approved.v1"

KINDS: Sequence[Any] = (
    databases.SQLITE,
    pytest.param(databases.POSTGRESQL, marks=pytest.mark.containers),
)
"""Both databases, whatever the run was asked for: here they differ."""


class ToldInMemory:
    """A producer: its events in order, in small pages."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.before_answering: Callable[[], None] = lambda: None

    def after(self, position: int, *, after_id: uuid.UUID | None = None, wait: float = 0) -> Sequence[Event]:
        self.before_answering()
        return self.events[position : position + 7]


class Espaces:
    """The service, and the producers that it follows."""

    def __init__(self, service: ServiceUnderTest) -> None:
        self.service = service
        self.database = service.database
        self.feeds: Mapping[str, ToldInMemory] = {"identity": ToldInMemory(), "structures": ToldInMemory()}

    def tell(self, event: str, /, **facts: Any) -> Event:
        """Recorded by its producer; nobody has heard it."""
        events = self.feeds[event.partition(".")[0]].events
        example = contract_example(event, position=len(events) + 1)
        told = replace(example, payload={**example.payload, **facts})
        events.append(told)
        return told

    def hear(self, event: str, /, **facts: Any) -> Event:
        told = self.tell(event, **facts)
        self.service.inbox.receive([told])
        return told

    def hear_of(self, people: int) -> None:
        """So many people, each with a structure."""
        for number in range(1, people + 1):
            self.hear(REGISTERED, account_id=number, last_name=f"Person {number}")
            facts = {"structure_id": number, "attachment_id": number, "principal_manager_id": number}
            self.hear(CREATED, **facts, name=f"Structure {number}")
            if number % 2:
                self.hear(ACTIVATED, account_id=number)

    def damage(self, *statements: str) -> None:
        with self.database.writing() as session:
            for statement in statements:
                session.execute(text(statement))

    def copies(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every copy."""
        with self.database.reading() as session:
            return {
                table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
                for table in SERVICE.read_models.tables
            }

    def recorded(self) -> int:
        with self.database.reading() as session:
            return len(session.scalars(select(OutboxRow.seq)).all())


@contextmanager
def espaces(kind: str) -> Iterator[Espaces]:
    with databases.chosen(kind), service_under_test(SERVICE) as service:
        yield Espaces(service)
