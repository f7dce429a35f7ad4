"""Tokens that mean nothing in themselves: whoever holds one may do what it stands for. Only a fingerprint is stored."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """SHA-256 in hexadecimal; enough for a random token, which nobody can guess from it."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()
