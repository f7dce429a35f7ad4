"""The keys that identity signs access tokens with, and how one follows another without anybody noticing.

They are a JWK Set. A key may say from when it signs (`nbf`) and when it leaves (`exp`), in seconds of the epoch: it is
published from the first moment on, so that every service knows it before it signs, and goes on being published after
another has followed it, until the last token that it signed has ended.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from chassis.calls.tokens import ALGORITHM, KEYS_FRESH_SECONDS
from chassis.ground.clock import now

PUBLISHED_BEFORE = timedelta(seconds=2 * KEYS_FRESH_SECONDS)
"""How long a key is known before it signs: services keep the keys for half of it, a cache on the way for the other."""
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
    """Of the keys that sign already, the one that began last signs; of equals, the first. All that have not left are
    published."""

    def __init__(self, jwk_set: str) -> None:
        """`jwk_set`: a JWK Set (RFC 7517) as JSON. Raises ValueError for anything but private, named Ed25519 keys of
        which one signs, and the last one stays."""
        self.all = [_signing_key(member) for member in members_of(jwk_set)]
        if not self.all or not all(_can_sign(one.key) for one in self.all):
            raise ValueError("every key must be a private Ed25519 key with a kid")
        if len({one.name for one in self.all}) < len(self.all):
            raise ValueError("two keys have the same kid")
        if max(self.all, key=lambda one: one.signs_from).leaves_at != FOREVER:
            raise ValueError("the last key to sign must not leave (exp)")
        if not self._ready():
            raise ValueError("no key signs yet (nbf)")
        self._published: dict[tuple[str, ...], KeySet] = {}

    @property
    def signing(self) -> OKPKey:
        return max(self._ready(), key=lambda one: one.signs_from).key

    @property
    def public(self) -> KeySet:
        """The same object as long as the same keys are published."""
        at = now().timestamp()
        published = [one for one in self.all if at < one.leaves_at]
        names = tuple(one.name for one in published)
        if names not in self._published:
            self._published = {names: KeySet([OKPKey.import_key(_public_part(one.key)) for one in published])}
        return self._published[names]

    def jwks(self) -> dict[str, Any]:
        return {"keys": [_public_part(key) for key in self.public.keys]}

    def _ready(self) -> list[SigningKey]:
        at = now().timestamp()
        return [one for one in self.all if one.signs_from <= at < one.leaves_at]


def new_signing_key() -> dict[str, Any]:
    """A private JWK, named by its thumbprint (RFC 7638)."""
    key = OKPKey.generate_key("Ed25519", parameters={"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)
    return dict(key.as_dict(private=True))


def rotated(jwk_set: str, *, published_before: timedelta, kept: timedelta) -> str:
    """The set with one more key, which signs after `published_before`; those before it leave `kept` later.

    `kept` is longer than any token lives. Keys that have left are dropped.
    """
    at = int(now().timestamp())
    signs_from = at + int(published_before.total_seconds())
    leave_at = signs_from + int(kept.total_seconds())
    staying = [{"exp": leave_at, **member} for member in members_of(jwk_set) if member.get("exp", FOREVER) > at]
    return as_set([{**new_signing_key(), "nbf": signs_from}, *staying])


def replaced() -> str:
    """A set with a new key alone: whatever the others have signed is refused from now on."""
    return as_set([new_signing_key()])


def as_set(members: list[dict[str, Any]]) -> str:
    return json.dumps({"keys": members}) + "\n"


def members_of(jwk_set: str) -> list[dict[str, Any]]:
    """Raises ValueError for what is no JWK Set."""
    try:
        return [dict(member) for member in json.loads(jwk_set)["keys"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("not a JWK Set in JSON") from error


def _signing_key(member: Mapping[str, Any]) -> SigningKey:
    moments = {name: member[name] for name in ("nbf", "exp") if name in member}
    if not all(isinstance(moment, int) for moment in moments.values()):
        raise ValueError("nbf and exp must be seconds of the epoch")
    try:
        key = OKPKey.import_key({name: value for name, value in member.items() if name not in moments})
    except (ValueError, KeyError, TypeError, AttributeError, JoseError) as error:
        raise ValueError("not a JWK Set in JSON") from error
    return SigningKey(key, moments.get("nbf", 0), moments.get("exp", FOREVER))


def _can_sign(key: OKPKey) -> bool:
    """Whether it is a private Ed25519 key with a name, whose public part is its own."""
    if not (key.is_private and key.kid and key.get("crv") == "Ed25519"):
        return False
    own = OKPKey.import_key(key.private_key.public_key()).get("x")  # type: ignore[union-attr]
    return bool(key.get("x") == own)


def _public_part(key: Any) -> dict[str, Any]:
    return {**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM}
