"""What the routes of identity share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from flask import Response, request
from sqlalchemy.orm import Session

from chassis.calls.tokens import Caller
from chassis.ground.problems import Refusal
from chassis.storage.database import Database
from chassis.web import request_context
from services.identity import errors, queries, use_cases
from services.identity.models import Account, Limit, MailedLink, Origin, client_network
from services.identity.models.history import MOST_DEVICE
from services.identity.resources import Resources

T = TypeVar("T")

PASSWORD_REFUSALS = [
    errors.PasswordTooShort,
    errors.PasswordTooLong,
    errors.PasswordTooCommon,
    errors.PasswordIsPersonal,
    errors.TooBusy,
]
"""Of a new one: by the policy (passwords.accepted_password), and by the hashing."""


def origin() -> Origin:
    """Of this request: the client's address as the trusted proxies tell it, and what it calls itself."""
    address = request.remote_addr or ""
    return Origin(address if client_network(address) else "", request.headers.get("User-Agent", "")[:MOST_DEVICE])


def current_session() -> int:
    """That of the person who is calling; only on a route guarded by PERSON."""
    return int(request_context.caller().session_id or 0)


def is_admitted(database: Database, caller: Caller) -> bool:
    """What a session's end takes away at once, here where the account can be changed; elsewhere its token outlives it
    by some minutes (A-13). Services have no sessions."""
    if caller.account_id is None:
        return True
    with database.reading_rows() as connection:
        return queries.is_session_open(connection, caller.account_id, int(caller.session_id or 0))


def resources() -> Resources:
    return request_context.resources(Resources)


@contextmanager
def writing_unnoticed() -> Iterator[Session]:
    """Like `writing()`, but the answer does not say whether an event was recorded: that would tell a stranger whether
    an address has an account (A-10)."""
    with request_context.current_service().database.writing() as session:
        yield session


def link_state(link: MailedLink, account: Account) -> dict[str, Any]:
    """What schemas.LinkState shows to whoever holds a link."""
    return {
        "expires_at": link.expires_at,
        "login_email": account.login_email,
        "last_name": account.last_name,
        "first_name": account.first_name,
    }


def settled(outcome: T | Refusal) -> T:
    """Raises a refusal that a use case has returned, for what led to it had to be committed first."""
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def spend(session: Session, limit: Limit) -> None:
    """One more from this client, of what it may have so much of. Raises TooManyRequests (A-11)."""
    use_cases.spend(session, limit, resources().pseudonyms.client(limit, origin().address))


@contextmanager
def evenly(what: str) -> Iterator[None]:
    """Around the part of a route that depends on whether an address has an account: it lasts equally long for each, so
    that an answer does not tell by when it comes (A-10)."""
    with resources().paces[what].evened():
        yield


def never_stored(response: Response) -> Response:
    """For answers that carry a token or belong to one captcha."""
    response.headers["Cache-Control"] = "no-store"
    return response
