"""Secrets that must be read again, such as that of an authenticator app, are stored sealed: AES-256-GCM (A-14)."""

import base64
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
NAME_CHARACTERS = 8


class DecryptionFailed(Exception):
    """What is stored was not sealed with any of the keys for this owner: a key is missing, or someone changed it."""


def new_encryption_key() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


class Encryptor:
    """The first key seals; all of them open, so that what the key before has sealed stays readable."""

    def __init__(self, keys: str) -> None:
        """`keys`: as new_encryption_key makes them, one or more, with blanks between. Raises ValueError."""
        given = [_key(text) for text in keys.split()]
        self._ciphers = {_name(key): AESGCM(key) for key in given}
        if not given or len(self._ciphers) < len(given):
            raise ValueError("there must be one key or more, each another")
        self._newest = next(iter(self._ciphers))

    def seal(self, text: str, owner: str) -> str:
        """`owner`: what the secret belongs to; what is sealed for one cannot be opened as another's."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[self._newest].encrypt(nonce, text.encode(), owner.encode())
        return f"{self._newest}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, owner: str) -> str:
        """Raises SealBroken."""
        name, _, encoded = sealed.partition(".")
        try:
            raw = base64.urlsafe_b64decode(encoded)
            return self._ciphers[name].decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode()).decode()
        except (KeyError, ValueError, InvalidTag) as error:
            raise DecryptionFailed from error

    def is_newest(self, sealed: str) -> bool:
        """Whether it was sealed with the first key."""
        return sealed.startswith(f"{self._newest}.")


def _key(text: str) -> bytes:
    raw = base64.urlsafe_b64decode(f"{text}===")
    if len(raw) != KEY_BYTES:
        raise ValueError(f"every key must be {KEY_BYTES} bytes in URL-safe Base64")
    return raw


def _name(key: bytes) -> str:
    """Says which key it was, and nothing about it."""
    return hashlib.sha256(key).hexdigest()[:NAME_CHARACTERS]
