"""Access tokens: Ed25519 JWTs that identity signs and every service verifies for itself."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, Key, KeySet

from chassis.calls.http import direct_session
from chassis.ground.json import JsonObject
from chassis.ground.problems import Unauthenticated, Unavailable

ALGORITHM = "Ed25519"
ISSUER = "guichet-identity"
AUDIENCE = "guichet"
LEEWAY_SECONDS = 30
OPERATOR = "operator"
"""Role of the people who help others with their accounts."""
KEYS_FRESH_SECONDS = 300
REFETCH_SECONDS = 5
TIMEOUT_SECONDS = 3
MAX_REMEMBERED = 10_000
"""Verified tokens that a process remembers, some 2 KB each."""

_CLAIMS = jwt.JWTClaimsRegistry(
    leeway=LEEWAY_SECONDS,
    iss={"essential": True, "value": ISSUER},
    aud={"essential": True, "value": AUDIENCE},
    sub={"essential": True},
    exp={"essential": True},
    kind={"essential": True, "values": ["person", "service"]},
)


@dataclass(frozen=True)
class Caller:
    """Authenticated caller: a person by account, or a service by name."""

    account_id: int | None = None
    service: str | None = None
    scopes: frozenset[str] = frozenset()
    session_id: str | None = None
    issued_at: int = 0
    """Time at which the token was issued, in seconds since 1970."""
    role: str | None = None
    """Role of a person beyond their own account: OPERATOR, or none."""


class KeySource(Protocol):
    def find(self, key_id: str | None) -> KeySet:
        """Return the keys to verify with, fetched anew if `key_id` is not among them."""


class StaticKeys:
    """Keys in memory: identity's own, or a test's."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    def find(self, key_id: str | None) -> KeySet:
        return self._keys


class JwksKeys:
    """Identity's published keys, cached for some minutes. An unknown key id fetches them again, but not at each try."""

    def __init__(self, identity_url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._url = f"{identity_url}/.well-known/jwks.json"
        self._session = direct_session()
        self._keys: KeySet | None = None
        self._fetched_at = float("-inf")
        self._lock = threading.Lock()

    def find(self, key_id: str | None) -> KeySet:
        keys = self._keys
        if keys is not None and not self._is_stale(keys, key_id):
            return keys
        # One thread fetches. Published keys stay good meanwhile; only an unknown one, which may be new, is waited for.
        # So whoever invents key ids makes others of their kind wait, and nobody else.
        waits = keys is None or not _is_published(keys, key_id)
        if self._lock.acquire(timeout=TIMEOUT_SECONDS if waits else 0):
            try:
                if self._keys is None or self._is_stale(self._keys, key_id):
                    self._fetch()
            finally:
                self._lock.release()
        if self._keys is None:
            raise Unavailable
        return self._keys

    def _is_stale(self, keys: KeySet, key_id: str | None) -> bool:
        age = self._clock() - self._fetched_at
        return age > (KEYS_FRESH_SECONDS if _is_published(keys, key_id) else REFETCH_SECONDS)

    def _fetch(self) -> None:
        """Fetch the keys. When identity does not answer, earlier keys stay in use: tokens remain verifiable."""
        try:
            answer = self._session.get(self._url, timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
            self._keys = KeySet.import_key_set(answer.json())
        except (requests.RequestException, JoseError, ValueError, KeyError, TypeError) as error:
            if self._keys is None:
                raise Unavailable from error
        # With keys in memory, a failed fetch counts as well: otherwise every request would wait for its timeout.
        self._fetched_at = self._clock()


def _is_published(keys: KeySet, key_id: str | None) -> bool:
    return any(key.kid == key_id for key in keys.keys)


@dataclass(frozen=True)
class _Verified:
    caller: Caller
    key_id: str
    keys: KeySet
    """Keys of the verification: once they are replaced, the token is verified anew."""
    until: float
    """Expiry in seconds of the epoch."""


class TokenVerifier:
    """Verifier with a memory of verified tokens: checking a signature costs more than running a route."""

    def __init__(self, keys: KeySource) -> None:
        self._keys = keys
        self._remembered: dict[str, _Verified] = {}
        self._lock = threading.Lock()

    def verify(self, token: str) -> Caller:
        """Return the caller. Raises Unauthenticated unless identity signed the token for us, Unavailable without keys.

        The signature is checked again once identity's keys are replaced, so that a revoked key ends its tokens.
        """
        # Read without the lock: a lookup is atomic, and a race only verifies a token twice.
        earlier = self._remembered.get(token)
        if earlier and time.time() < earlier.until and self._keys.find(earlier.key_id) is earlier.keys:
            return earlier.caller
        verified = self._verified(token)
        self._remember(token, verified)
        return verified.caller

    def _verified(self, token: str) -> _Verified:
        used: list[tuple[str, KeySet]] = []

        def key(guest: GuestProtocol) -> Key:
            key_id = guest.headers().get("kid", "")
            used.append((key_id, self._keys.find(key_id)))
            return _key(*used[-1])

        try:
            # One algorithm alone: the header of a forged token must not choose its own verification.
            claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
            _CLAIMS.validate(claims)
            return _Verified(_caller(claims), *used[-1], claims["exp"] + LEEWAY_SECONDS)
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unauthenticated from error

    def _remember(self, token: str, verified: _Verified) -> None:
        """Remember a token; beyond MAX_REMEMBERED, drop the oldest, since they expire first."""
        with self._lock:
            self._remembered.pop(token, None)
            self._remembered[token] = verified
            while len(self._remembered) > MAX_REMEMBERED:
                del self._remembered[next(iter(self._remembered))]


def _key(key_id: str, keys: KeySet) -> Key:
    for key in keys.keys:
        if key.kid == key_id:
            return key
    raise Unauthenticated


def _caller(claims: JsonObject) -> Caller:
    scopes = frozenset(str(claims.get("scope", "")).split())
    if claims["kind"] == "service":
        return Caller(service=claims["sub"].removeprefix("service:"), scopes=scopes)
    return Caller(
        account_id=int(claims["sub"]),
        scopes=scopes,
        session_id=claims.get("sid"),
        issued_at=int(claims.get("iat", 0)),
        role=claims.get("role"),
    )
