"""Current request: its origin, its session, and transactions that tell a stranger nothing (A-10)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import request
from sqlalchemy.orm import Session

from chassis.web import request_context
from chassis.web.request_context import person
from services.identity.models.history import MOST_DEVICE, Origin
from services.identity.models.tries import Limit, client_network
from services.identity.resources import Resources
from services.identity.use_cases import tries
from services.identity.use_cases.account_holder import Holder


def origin() -> Origin:
    """Of this request: the client's address as the trusted proxies tell it, and what it calls itself."""
    address = request.remote_addr or ""
    return Origin(address if client_network(address) else "", request.headers.get("User-Agent", "")[:MOST_DEVICE])


def session_id() -> int:
    """That of the person who is calling; only on a route guarded by PERSON."""
    return int(request_context.caller().session_id or 0)


def resources() -> Resources:
    return cast(Resources, request_context.resources())


@contextmanager
def writing_silently() -> Iterator[Session]:
    """Like `writing()`, but the answer does not say whether an event was recorded: that would tell a stranger whether
    an address has an account (A-10)."""
    with request_context.current_service().database.writing() as session:
        yield session


def count(session: Session, limit: Limit) -> None:
    """One more from this client, of what it may have so much of. Raises TooManyRequests (A-11)."""
    tries.count(session, limit, resources().pseudonyms.client(limit, origin().address))


@contextmanager
def padded(what: str) -> Iterator[None]:
    """Around the part of a route that depends on whether an address has an account: it lasts equally long for each, so
    that an answer does not tell by when it comes (A-10)."""
    with resources().paddings[what].padded():
        yield


def holder() -> Holder:
    return Holder(person(), session_id())
