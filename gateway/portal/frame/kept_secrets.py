"""Secrets that are shown once: kept for some minutes, so that a second click or a reload loses none (A-14).

They stand encrypted in the cookie session: every gateway shows them, none stores them, and whoever copies the cookie
reads nothing. They are good for the session that they were made in, and end with it.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app, session

from gateway import current_person
from gateway.token_claims import claims_of

SECONDS = 900
"""As long as identity waits for the first code of an app."""
RECOVERY_CODES, APP = "kept_recovery_codes", "kept_app"


def keep(kind: str, secret: Mapping[str, object]) -> None:
    """Keep a secret in place of an earlier one of its kind."""
    text = json.dumps({"session": _session_id(), **secret})
    session[kind] = _cipher().encrypt(text.encode()).decode()


def read(kind: str) -> Mapping[str, Any] | None:
    """Return the secret; None for one that was never there, was removed, is too old or another session's."""
    try:
        secret: dict[str, Any] = json.loads(_cipher().decrypt(session.get(kind, ""), ttl=SECONDS))
    except InvalidToken:
        return None
    return secret if secret["session"] == _session_id() else None


def remove(kind: str) -> None:
    session.pop(kind, None)


def _session_id() -> object:
    return claims_of(current_person.access_token() or "").get("sid")


def _cipher() -> Fernet:
    # A key of its own: what signs the cookie must not also encrypt.
    key = hashlib.sha256(b"kept secrets " + str(current_app.config["SECRET_KEY"]).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
