"""Access tokens: short-lived and signed, verified by every service for itself."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from joserfc import jwt
from joserfc.jwk import OKPKey

from chassis.calls.tokens import ALGORITHM, AUDIENCE, ISSUER
from chassis.ground.clock import now


class Signer(Protocol):
    """Source of the key that signs now."""

    @property
    def signing(self) -> OKPKey: ...


@dataclass(frozen=True, repr=False)
class AccessToken:
    value: str
    seconds: int
    """Validity from now on."""


class AccessTokens:
    def __init__(self, signer: Signer, *, person: timedelta, service: timedelta) -> None:
        """`person` and `service`: validity of a token for each."""
        self._signer = signer
        self._person = person
        self._service = service

    def for_person(self, account_id: int, session_id: int, role: str | None = None) -> AccessToken:
        claims = {"sub": str(account_id), "kind": "person", "scope": "", "sid": str(session_id)}
        return self._signed({**claims, "role": role} if role else claims, self._person)

    def for_service(self, name: str, scopes: Collection[str]) -> AccessToken:
        claims = {"sub": f"service:{name}", "kind": "service", "scope": " ".join(sorted(scopes))}
        return self._signed(claims, self._service)

    def _signed(self, claims: dict[str, str], validity: timedelta) -> AccessToken:
        issued, seconds = int(now().timestamp()), int(validity.total_seconds())
        usual = {"iss": ISSUER, "aud": AUDIENCE, "iat": issued, "exp": issued + seconds, "jti": str(uuid.uuid4())}
        key = self._signer.signing
        header = {"alg": ALGORITHM, "kid": key.kid, "typ": "JWT"}
        value = jwt.encode(header, {**usual, **claims}, key, algorithms=[ALGORITHM])
        return AccessToken(value, seconds)
