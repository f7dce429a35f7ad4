"""What a person has beside their password, in software: an app that shows codes, and a passkey that signs."""

import hashlib
import json
import secrets
from typing import Any

import cbor2
import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from chassis.ground.clock import now
from tests.services.identity.builders import PORTAL

PRESENT, VERIFIED, ATTESTED = 1, 4, 64
"""Flags of WebAuthn's authenticator data."""


def code_of(secret: str, *, steps_from_now: int = 0) -> str:
    """What the app shows now, or showed, or will show, 30 seconds a step."""
    return pyotp.TOTP(secret).at(now(), counter_offset=steps_from_now)


class SoftPasskey:
    """A passkey and the browser around it; each part of what it answers can be made wrong."""

    def __init__(self, *, origin: str = PORTAL, counts: bool = True) -> None:
        self.id = secrets.token_bytes(16)
        self.origin = origin
        self.count = 1 if counts else 0
        self.holder = b""
        self.flags = PRESENT | VERIFIED
        self._step = 1 if counts else 0
        self._key = ec.generate_private_key(ec.SECP256R1())

    def register(self, options: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """A RegistrationResponseJSON."""
        self.holder = base64url_to_bytes(options["user"]["id"])
        numbers = self._key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(key)
        data = self._data(options["rp"]["id"], ATTESTED) + attested
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", options),
            attestationObject=cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}),
            **changes,
        ) | {"transports": ["internal"]}

    def sign(self, options: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """An AuthenticationResponseJSON."""
        self.count += self._step
        client_data, data = self._client_data("webauthn.get", options), self._data(options["rpId"])
        signature = self._key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {"clientDataJSON": client_data, "authenticatorData": data, "signature": signature}
        return self._answer(**{**answer, "userHandle": self.holder, **changes})

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _data(self, rp_id: str, more_flags: int = 0) -> bytes:
        flags = bytes([self.flags | more_flags])
        return hashlib.sha256(rp_id.encode()).digest() + flags + self.count.to_bytes(4, "big")

    def _answer(self, **parts: bytes) -> dict[str, Any]:
        own_id = bytes_to_base64url(self.id)
        response = {name: bytes_to_base64url(part) for name, part in parts.items()}
        return {"id": own_id, "rawId": own_id, "type": "public-key", "response": response}
