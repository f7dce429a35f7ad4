"""Pseudonyms: keys for counting tries of strangers without keeping their data (A-10, A-11)."""

import hashlib
import hmac

from chassis.ground.settings import Secret
from services.identity.models.tries import Limit, client_network


class Pseudonyms:
    """Keyed digests. They are meaningless without the secret, and so need not be erased with a person."""

    def __init__(self, secret: Secret) -> None:
        """`secret`: with another one, counting begins anew."""
        self._secret = secret.reveal().encode()

    def stranger(self, login_email: str) -> str:
        """Return the key of an address without an account: counted like an account, or a stranger could tell (A-10)."""
        return f"stranger:{self._digest(login_email)}"

    def client(self, limit: Limit, address: str) -> str:
        """Return the key of a client's network under `limit`; clients without an address share one."""
        return f"{limit.what}:{self._digest(client_network(address) or '')}"

    def _digest(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()
