"""Refresh tokens: `<family>.<secret>`.

Each is derived from its predecessor and a random key, so that a client can be given the same token again after the
network lost an answer, although only its fingerprint is stored.
"""

import base64
import hmac

from services.identity.tokens import opaque_tokens


def new_family() -> str:
    """Return a name for all refresh tokens of one session."""
    return opaque_tokens.new_token()


def family_of(token: str) -> str:
    return token.partition(".")[0]


def first_of(family: str) -> str:
    return f"{family}.{opaque_tokens.new_token()}"


def successor(token: str, key: str) -> str:
    """Return the token that follows `token`: the same for the same key, and not to be guessed with the key alone."""
    secret = hmac.digest(key.encode("utf-8"), token.encode("utf-8"), "sha256")
    return f"{family_of(token)}.{base64.urlsafe_b64encode(secret).decode().rstrip('=')}"
