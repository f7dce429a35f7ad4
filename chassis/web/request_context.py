"""Current request: the service that answers it, its caller, and its transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol, TypeVar, cast

from flask import current_app, g
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from chassis.calls.tokens import Caller
from chassis.ground.client_networks import Pseudonyms
from chassis.ground.problems import Refusal
from chassis.storage.database import Database

R = TypeVar("R")


class CurrentService(Protocol):
    """Part of a running service (chassis.processes.service.RunningService) that requests reach."""

    name: str
    database: Database
    followed: frozenset[str]
    """Producers whose events the service applies."""
    followers: frozenset[str]
    """Services that may read its feed."""
    bounds: Mapping[str, int]
    """Numbers that the settings give for bounds of routes, in place of their own."""
    pseudonyms: Pseudonyms
    """Keys under which clients without an account are counted."""

    @property
    def resources(self) -> object:
        """Return the objects that the service built at start, for its routes and handlers."""

    def admits(self, caller: Caller) -> bool:
        """Return whether a caller with a valid token may come in."""


def current_service() -> CurrentService:
    service: CurrentService = current_app.extensions["guichet.service"]
    return service


def resources(kind: type[R]) -> R:
    """Return the resources of the current service; `kind` is their class."""
    built = current_service().resources
    assert isinstance(built, kind)
    return built


def caller() -> Caller:
    """Return the authenticated caller. Call this only on a route whose guard is not PUBLIC."""
    return cast(Caller, g.caller)


def person() -> int:
    """Return the account id of the calling person. Call this only on a route guarded by PERSON."""
    account_id = caller().account_id
    assert account_id is not None
    return account_id


@contextmanager
def reading() -> Iterator[Session]:
    with current_service().database.reading() as session:
        yield session


@contextmanager
def reading_rows() -> Iterator[Connection]:
    """Open a connection without a session, for the reads that run most often."""
    with current_service().database.reading_rows() as connection:
        yield connection


@contextmanager
def writing() -> Iterator[Session]:
    """Open a session that commits at its end, or when a refusal with `keeps` passes through.

    The answer then names the last event recorded, so that the caller's next requests elsewhere can wait for it.
    """
    try:
        with current_service().database.writing() as session:
            yield session
    except Refusal as refusal:
        if refusal.keeps:
            _note_recorded(session)
        raise
    _note_recorded(session)


def _note_recorded(session: Session) -> None:
    g.recorded = session.info.get("last_recorded", g.get("recorded"))
