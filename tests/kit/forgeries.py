"""Access tokens as attackers make them, of a good one and the key that everybody can fetch."""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from chassis.calls.tokens import ALGORITHM

LONG = 100_000
"""Characters: more than a header of ours ever has."""


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def forgeries(good: str, public_key: OKPKey) -> dict[str, str]:
    """None of them needs a secret of ours. By what is wrong with each."""
    header, claims, signature = good.split(".")
    kid = decoded(header)["kid"]
    stranger = OKPKey.generate_key("Ed25519", parameters={"kid": kid})
    unknown = OKPKey.generate_key("Ed25519", parameters={"kid": "unknown"})
    operator = encoded(json.dumps({**decoded(claims), "role": "operator"}).encode())
    return {
        "alg none": f"{_header(alg='none', kid=kid)}.{claims}.",
        "alg nOnE, signature kept": f"{_header(alg='nOnE', kid=kid)}.{claims}.{signature}",
        **{
            f"HS256 with the public key as {form}": _signed_with(secret, _header(alg="HS256", kid=kid), claims)
            for form, secret in _public_forms(public_key).items()
        },
        "a foreign key under our kid": _signed_by(stranger, {"kid": kid}, claims),
        "a foreign key under an unknown kid": _signed_by(unknown, {"kid": "unknown"}, claims),
        "a foreign key without a kid": _signed_by(stranger, {}, claims),
        "a foreign key in its own header": _signed_by(
            stranger, {"kid": kid, "jwk": stranger.as_dict(private=False)}, claims
        ),
        "other claims under the same signature": f"{header}.{operator}.{signature}",
        "truncated by a character": good[:-1],
        "without its signature": f"{header}.{claims}.",
        "half of it": good[: len(good) // 2],
        "enormous": good + "A" * LONG,
        "enormous claims": f"{header}.{encoded(b'{' + b' ' * LONG + b'}')}.{signature}",
        "deep claims": f"{header}.{encoded(b'[' * LONG)}.{signature}",
    }


def _header(**fields: str) -> str:
    return encoded(json.dumps({"typ": "JWT", **fields}).encode())


def _public_forms(public_key: OKPKey) -> dict[str, bytes]:
    """What an attacker may take for the bytes that we would verify with."""
    published = public_key.as_dict(private=False)
    return {
        "PEM": public_key.as_pem(private=False),
        "DER": public_key.as_der(private=False),
        "x": str(published["x"]).encode(),
        "raw bytes": base64.urlsafe_b64decode(f"{published['x']}="),
        "JWK": json.dumps(published).encode(),
    }


def _signed_with(secret: bytes, header: str, claims: str) -> str:
    signed = f"{header}.{claims}"
    return f"{signed}.{encoded(hmac.digest(secret, signed.encode(), 'sha256'))}"


def _signed_by(key: OKPKey, header: Mapping[str, Any], claims: str) -> str:
    return jwt.encode({"alg": ALGORITHM, **header}, decoded(claims), key, algorithms=[ALGORITHM])
