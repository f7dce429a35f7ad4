"""Encryption at rest for secrets that must be read again, such as an authenticator app's: AES-256-GCM (A-14)."""

import base64
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
NAME_CHARACTERS = 8


class DecryptionFailed(Exception):
    """Failure to decrypt with any of the keys for this owner: a key is missing, or the stored text was changed."""


def new_encryption_key() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


class Encryptor:
    """Encryptor with several keys: the first encrypts; all of them decrypt, so that older secrets stay readable."""

    def __init__(self, keys: str) -> None:
        """Parse `keys`: one or more of new_encryption_key, with blanks between. Raise ValueError."""
        raw_keys = [_key(text) for text in keys.split()]
        self._ciphers = {_name(key): AESGCM(key) for key in raw_keys}
        if not raw_keys or len(self._ciphers) < len(raw_keys):
            raise ValueError("there must be one key or more, each another")
        self._newest = next(iter(self._ciphers))

    def encrypt(self, text: str, owner: str) -> str:
        """Return `<key name>.<Base64>`, bound to `owner`: it cannot be decrypted as another's."""
        # Random 96-bit nonces are safe for far more encryptions under one key than there will ever be accounts.
        nonce = secrets.token_bytes(NONCE_BYTES)
        encrypted = self._ciphers[self._newest].encrypt(nonce, text.encode(), owner.encode())
        return f"{self._newest}.{base64.urlsafe_b64encode(nonce + encrypted).decode()}"

    def decrypt(self, encrypted: str, owner: str) -> str:
        """Return the text of `encrypt`. Raise DecryptionFailed."""
        name, _, encoded = encrypted.partition(".")
        try:
            raw = base64.urlsafe_b64decode(encoded)
            return self._ciphers[name].decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode()).decode()
        except (KeyError, ValueError, InvalidTag) as error:
            raise DecryptionFailed from error

    def uses_newest_key(self, encrypted: str) -> bool:
        """Return whether it was encrypted with the first key."""
        return encrypted.startswith(f"{self._newest}.")


def _key(text: str) -> bytes:
    raw = base64.urlsafe_b64decode(f"{text}===")
    if len(raw) != KEY_BYTES:
        raise ValueError(f"every key must be {KEY_BYTES} bytes in URL-safe Base64")
    return raw


def _name(key: bytes) -> str:
    """Return a name that identifies a key without revealing it."""
    return hashlib.sha256(key).hexdigest()[:NAME_CHARACTERS]
