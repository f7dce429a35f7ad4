"""Current request: its origin, its session, and silent transactions for strangers (A-10)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import request
from sqlalchemy.orm import Session

from chassis.ground.client_networks import client_network
from chassis.web import request_context
from chassis.web.request_context import person
from services.identity.models.history import MOST_DEVICE, Origin
from services.identity.models.tries import Limit
from services.identity.resources import Resources
from services.identity.use_cases import tries
from services.identity.use_cases.account_holder import Holder


def origin(device_tokens: Sequence[str] = ()) -> Origin:
    """Return the client's address, as trusted proxies report it, and its User-Agent, cut to MOST_DEVICE characters.

    `device_tokens`: those that the client showed.
    """
    # A proxy can report text that is no address, such as `unknown`; the history holds addresses only.
    address = request.remote_addr or ""
    device = request.headers.get("User-Agent", "")[:MOST_DEVICE]
    return Origin(address if client_network(address) else "", device, device_tokens)


def session_id() -> int:
    """Return the number of the calling person's session; only on a route guarded by PERSON."""
    return int(request_context.caller().session_id or 0)


def resources() -> Resources:
    return request_context.resources(Resources)


@contextmanager
def writing_silently() -> Iterator[Session]:
    """Write without the header that names the recorded event.

    An answer that shows whether an event was recorded would tell a stranger whether an address has an account (A-10).
    """
    with request_context.current_service().database.writing() as session:
        yield session


def count(session: Session, limit: Limit) -> None:
    """Count this request towards `limit` for its client. Raise TooManyRequests (A-11)."""
    tries.count(session, limit, resources().try_keys.client(limit, origin().address))


@contextmanager
def padded(action: str) -> Iterator[None]:
    """Stretch the part of a request that depends on whether an address has an account.

    It lasts equally long for each address, so that an answer's time reveals no account (A-10). Enter it before the
    transaction, to measure the commit as well.
    """
    with resources().paddings[action].padded():
        yield


def holder() -> Holder:
    return Holder(person(), session_id())
