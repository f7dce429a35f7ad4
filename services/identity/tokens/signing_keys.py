"""Signing keys of access tokens, and their rotation without interruption.

They form a JWK Set. A key may say from when it signs (`nbf`) and when it leaves (`exp`), in seconds of the epoch: it is
published from the first moment on, so that every service knows it before it signs, and goes on being published after
another has followed it, until the last token that it signed has ended.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, OKPKey

from chassis.calls.tokens import ALGORITHM, KEYS_FRESH_SECONDS
from chassis.ground.clock import now

PUBLISHED_BEFORE = timedelta(seconds=2 * KEYS_FRESH_SECONDS)
"""Lead of publication over signing: services keep the keys for half of it, a cache on the way for the other half."""
Jwk = dict[str, Any]
"""JSON Web Key (RFC 7517), perhaps private."""
FOREVER = float("inf")


@dataclass(frozen=True)
class SigningKey:
    key: OKPKey
    signs_from: float
    leaves_at: float

    @property
    def name(self) -> str:
        return str(self.key.kid)


class SigningKeys:
    """Keys in use: all that have not left are published, and the one that began to sign last signs.

    Among equals, the first signs.
    """

    def __init__(self, jwk_set: str) -> None:
        """Parse a JWK Set (RFC 7517) in JSON.

        Raise ValueError unless all are private, named Ed25519 keys, one signs now, and the last to sign never leaves.
        """
        self.all = [_signing_key(member) for member in members_of(jwk_set)]
        if not self.all or not all(_can_sign(key.key) for key in self.all):
            raise ValueError("every key must be a private Ed25519 key with a kid")
        if len({key.name for key in self.all}) < len(self.all):
            raise ValueError("two keys have the same kid")
        if max(self.all, key=lambda key: key.signs_from).leaves_at != FOREVER:
            raise ValueError("the last key to sign must not leave (exp)")
        if not self._ready():
            raise ValueError("no key signs yet (nbf)")
        self._published: dict[tuple[str, ...], KeySet] = {}

    @property
    def signing(self) -> OKPKey:
        return max(self._ready(), key=lambda key: key.signs_from).key

    @property
    def public(self) -> KeySet:
        """Return the published keys: one object as long as they stay the same."""
        at = now().timestamp()
        published = [key for key in self.all if at < key.leaves_at]
        names = tuple(key.name for key in published)
        if names not in self._published:
            # Replaced as a whole, because other threads read it without a lock.
            self._published = {names: KeySet([OKPKey.import_key(_public_part(key.key)) for key in published])}
        return self._published[names]

    def jwks(self) -> dict[str, list[Jwk]]:
        return {"keys": [_public_part(key) for key in self.public.keys]}

    def _ready(self) -> list[SigningKey]:
        at = now().timestamp()
        return [key for key in self.all if key.signs_from <= at < key.leaves_at]


def new_signing_key() -> Jwk:
    """Return a private JWK, named by its thumbprint (RFC 7638)."""
    key = OKPKey.generate_key("Ed25519", parameters={"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)
    return dict(key.as_dict(private=True))


def rotated(jwk_set: str, *, published_before: timedelta, overlap: timedelta) -> str:
    """Return the set with one more key, which signs after `published_before`; the others leave `overlap` later.

    `overlap` is longer than any token lives. Keys that have left are dropped.
    """
    at = int(now().timestamp())
    signs_from = at + int(published_before.total_seconds())
    leave_at = signs_from + int(overlap.total_seconds())
    # An end that is set already stands: another rotation does not lengthen the life of a key.
    staying = [{"exp": leave_at, **member} for member in members_of(jwk_set) if member.get("exp", FOREVER) > at]
    return as_set([{**new_signing_key(), "nbf": signs_from}, *staying])


def replaced() -> str:
    """Return a set with a new key alone: tokens signed with the others are refused from now on."""
    return as_set([new_signing_key()])


def as_set(members: list[Jwk]) -> str:
    return json.dumps({"keys": members}) + "\n"


def members_of(jwk_set: str) -> list[Jwk]:
    """Return the keys of a JWK Set. Raise ValueError for any other text."""
    try:
        return [dict(member) for member in json.loads(jwk_set)["keys"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("not a JWK Set in JSON") from error


def _signing_key(member: Jwk) -> SigningKey:
    moments = {name: member[name] for name in ("nbf", "exp") if name in member}
    if not all(isinstance(moment, int) for moment in moments.values()):
        raise ValueError("nbf and exp must be seconds of the epoch")
    try:
        key = OKPKey.import_key({name: value for name, value in member.items() if name not in moments})
    except (ValueError, KeyError, TypeError, AttributeError, JoseError) as error:
        raise ValueError("not a JWK Set in JSON") from error
    return SigningKey(key, moments.get("nbf", 0), moments.get("exp", FOREVER))


def _can_sign(key: OKPKey) -> bool:
    """Return whether it is a private Ed25519 key with a name, and with its own public part."""
    if not (key.is_private and key.kid and key.get("crv") == "Ed25519"):
        return False
    # A key put together from two would sign tokens that no service can verify.
    own = OKPKey.import_key(key.private_key.public_key()).get("x")  # type: ignore[union-attr]
    return bool(key.get("x") == own)


def _public_part(key: Key) -> Jwk:
    return {**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM}
