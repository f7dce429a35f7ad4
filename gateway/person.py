"""Whose request this is: the access token that calls to the services carry.

The gateway does not verify tokens: each service does, and decides. It reads the subject only to know whose recent
writes to send along; a forged subject gains nothing but a wait, because what it would read was never answered to it.
"""

import base64
import binascii
import json
from functools import lru_cache

from flask import g, has_request_context, request

MOST_DEVICE = 200


def act_as(access_token: str | None) -> None:
    """From now until the end of this request, calls to the services are made in this person's name; None: nobody's."""
    g.access_token = access_token


def access_token() -> str | None:
    token: str | None = g.get("access_token") if has_request_context() else None
    return token


def writer() -> str:
    """Under which name this request's writes are remembered."""
    token = access_token()
    return subject_of(token) if token else stranger()


def stranger() -> str:
    """The name of someone who is not signed in: their address."""
    return f"address {request.remote_addr}" if has_request_context() else "no request"


def origin() -> dict[str, str]:
    """From where and with what this request came, for the service that counts tries and keeps the history (A-11)."""
    if not has_request_context():
        return {}
    device = request.headers.get("User-Agent", "")[:MOST_DEVICE]
    return {"X-Forwarded-For": request.remote_addr or "", "User-Agent": device}


@lru_cache(maxsize=10_000)
def subject_of(token: str) -> str:
    """The subject that a token claims; the token itself when it is not one of ours, which no service will accept."""
    _, _, rest = token.partition(".")
    encoded = rest.partition(".")[0]
    try:
        claims = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        return f"subject {claims['sub']}"
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError):
        return f"token {token}"
