"""The services that call others in their own name, and what for (OAuth 2 client credentials)."""

import hashlib
import hmac
from collections.abc import Mapping

from chassis.ground.settings import Secret
from services.identity.errors.clients import InvalidClient, InvalidScope

SCOPES: Mapping[str, frozenset[str]] = {
    "structures": frozenset({"feed.read", "activation_mails.ask"}),
    "espaces": frozenset({"feed.read"}),
    "notifier": frozenset({"feed.read", "activation_links.issue", "recovery_links.issue", "login_email_links.issue"}),
}


class ServiceClients:
    def __init__(self, secrets: Mapping[str, Secret]) -> None:
        """`secrets`: one for each service named in SCOPES."""
        self._digests = {name: _digest(secrets[name].reveal()) for name in SCOPES}

    def granted(self, name: str, secret: str, asked: str | None) -> frozenset[str]:
        """The scopes for a client: all that it may have, or the part that it asks for.

        Raises InvalidClient, in the same time for an unknown name and for a wrong secret, and InvalidScope.
        """
        right = hmac.compare_digest(self._digests.get(name, _digest("")), _digest(secret))
        if not right or name not in SCOPES:
            raise InvalidClient
        wanted = frozenset((asked or "").split()) or SCOPES[name]
        if not wanted <= SCOPES[name]:
            raise InvalidScope
        return wanted


def _digest(secret: str) -> bytes:
    """Of one length for every secret, so that comparing reveals nothing of it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
