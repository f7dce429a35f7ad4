"""The keys that identity signs access tokens with."""

import json
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from chassis.tokens import ALGORITHM


def new_signing_key() -> dict[str, Any]:
    """A private JWK, named by its thumbprint (RFC 7638)."""
    key = OKPKey.generate_key("Ed25519", parameters={"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)
    return dict(key.as_dict(private=True))


class SigningKeys:
    """The first key signs; all of them are published, so that tokens of the key before stay valid."""

    def __init__(self, jwk_set: str) -> None:
        """`jwk_set`: a JWK Set (RFC 7517) as JSON. Raises ValueError for anything but private, named Ed25519 keys."""
        try:
            keys = [OKPKey.import_key(key) for key in json.loads(jwk_set)["keys"]]
        except (ValueError, KeyError, TypeError, AttributeError, JoseError) as error:
            raise ValueError("not a JWK Set in JSON") from error
        if not keys or not all(_can_sign(key) for key in keys):
            raise ValueError("every key must be a private Ed25519 key with a kid")
        if len({key.kid for key in keys}) < len(keys):
            raise ValueError("two keys have the same kid")
        self.signing: OKPKey = keys[0]
        self.public = KeySet([OKPKey.import_key(_published(key)) for key in keys])

    def jwks(self) -> dict[str, Any]:
        return {"keys": [_published(key) for key in self.public.keys]}


def _can_sign(key: OKPKey) -> bool:
    """Whether it is a private Ed25519 key with a name, whose public part is its own."""
    if not (key.is_private and key.kid and key.get("crv") == "Ed25519"):
        return False
    own = OKPKey.import_key(key.private_key.public_key()).get("x")  # type: ignore[union-attr]
    return bool(key.get("x") == own)


def _published(key: Any) -> dict[str, Any]:
    return {**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM}
