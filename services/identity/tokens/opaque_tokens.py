"""Opaque tokens: random bearer secrets of links, challenges and sessions. Only their fingerprints are stored."""

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """Return SHA-256 in hexadecimal: enough for a random token, too long to be guessed from it."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()
