"""Person of the current request: the access token in its calls to the services.

Each service verifies tokens for itself, and decides. The gateway reads the subject only to find the person's recent
writes. A forged subject gains nothing but a wait: no service accepts its token.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g, has_request_context, request

from gateway.token_claims import claims_of

LONGEST_USER_AGENT = 200


def set_access_token(access_token: str | None) -> None:
    """Make the remaining calls of this request in the name of the token's subject; None: anonymously."""
    g.access_token = access_token


def access_token() -> str | None:
    token: str | None = g.get("access_token") if has_request_context() else None
    return token


@contextmanager
def acting_with(token: str) -> Iterator[None]:
    """Make the calls of the block in the name of this token's subject."""
    before = access_token()
    set_access_token(token)
    try:
        yield
    finally:
        set_access_token(before)


def writer() -> str:
    """Return the key of this request's writes in RecentWrites."""
    token = access_token()
    return subject_of(token) if token else anonymous_writer()


def anonymous_writer() -> str:
    """Return the key of an anonymous visitor: their IP address."""
    return f"address {request.remote_addr}" if has_request_context() else "no request"


def origin_headers() -> dict[str, str]:
    """Return IP address and user agent for the service that counts tries and keeps the history (A-11)."""
    if not has_request_context():
        return {}
    user_agent = request.headers.get("User-Agent", "")[:LONGEST_USER_AGENT]
    return {"X-Forwarded-For": request.remote_addr or "", "User-Agent": user_agent}


def subject_of(token: str) -> str:
    """Return the subject that a token claims, or the token itself when it has none: no service will accept it."""
    subject = claims_of(token).get("sub")
    return f"token {token}" if subject is None else f"subject {subject}"
