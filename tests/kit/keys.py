"""A signing key for tests, and the tokens that identity would make with it."""

from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from chassis.calls import tokens
from chassis.ground.clock import now

KEY = OKPKey.generate_key("Ed25519", parameters={"kid": "test", "alg": "Ed25519", "use": "sig"})
KEYS = KeySet([KEY])


def a_token(key: OKPKey = KEY, algorithm: str = tokens.ALGORITHM, **claims: Any) -> str:
    """An access token; any claim can be replaced, or left out with None."""
    issued = int(now().timestamp())
    usual = {
        "iss": tokens.ISSUER,
        "aud": tokens.AUDIENCE,
        "sub": "41",
        "kind": "person",
        "iat": issued,
        "exp": issued + 600,
        "sid": "1",
        **claims,
    }
    header = {"alg": algorithm, "kid": key.kid}
    return jwt.encode(header, {k: v for k, v in usual.items() if v is not None}, key, algorithms=[algorithm])


def person_headers(account_id: int, **claims: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {a_token(sub=str(account_id), **claims)}"}


def service_headers(name: str, *scopes: str) -> dict[str, str]:
    token = a_token(sub=f"service:{name}", kind="service", scope=" ".join(scopes), sid=None)
    return {"Authorization": f"Bearer {token}"}
