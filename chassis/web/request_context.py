"""The current request: the service that answers it, who is calling, and its transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import current_app, g
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from chassis.calls.tokens import Caller
from chassis.ground.problems import Refusal


def current_service() -> Any:
    """The running service of this request (chassis.processes.service.RunningService)."""
    return current_app.extensions["guichet.service"]


def resources() -> Any:
    """What the service built for its routes at start."""
    return current_service().resources


def caller() -> Caller:
    """Who is calling; only on a route whose guard is not PUBLIC."""
    return cast(Caller, g.caller)


def person() -> int:
    """The account of the person who is calling; only on a route guarded by PERSON."""
    account_id = caller().account_id
    assert account_id is not None
    return account_id


@contextmanager
def reading() -> Iterator[Session]:
    with current_service().database.reading() as session:
        yield session


@contextmanager
def fetching() -> Iterator[Connection]:
    """For the hottest reads: rows, without a session."""
    with current_service().database.fetching() as connection:
        yield connection


@contextmanager
def writing() -> Iterator[Session]:
    """Commits at the end, or when a refusal with `keeps` passes; the answer then names the last event recorded, for the
    caller to wait for elsewhere."""
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
