"""Services that call others in their own name, and the scopes of each (OAuth 2 client credentials)."""

import hashlib
import hmac
from collections.abc import Mapping

from chassis.ground.settings import Secret
from services.identity.errors.clients import InvalidClient, InvalidScope

SCOPES: Mapping[str, frozenset[str]] = {
    "structures": frozenset({"feed.read", "activation_mails.ask"}),
    "espaces": frozenset({"feed.read"}),
    "notifier": frozenset(
        {
            "feed.read",
            "activation_links.issue",
            "recovery_links.issue",
            "login_email_links.issue",
            "contact_email_links.issue",
        }
    ),
}


class ServiceClients:
    def __init__(self, secrets: Mapping[str, Secret]) -> None:
        """`secrets`: one for each service named in SCOPES."""
        self._digests = {name: _digest(secrets[name].reveal()) for name in SCOPES}

    def granted(self, name: str, secret: str, requested: str | None) -> frozenset[str]:
        """Return the scopes for a client: all that it may have, or the part that it requests.

        Raise InvalidClient, in equal time for an unknown name and for a wrong secret, or InvalidScope.
        """
        # An unknown name is compared as well, for equal time; the digest of the empty secret then opens nothing, since
        # the name is checked after it.
        is_right = hmac.compare_digest(self._digests.get(name, _digest("")), _digest(secret))
        if not is_right or name not in SCOPES:
            raise InvalidClient
        scopes = frozenset((requested or "").split()) or SCOPES[name]
        if not scopes <= SCOPES[name]:
            raise InvalidScope
        return scopes


def _digest(secret: str) -> bytes:
    """Return a digest: of one length for every secret, so that comparing is safe."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
