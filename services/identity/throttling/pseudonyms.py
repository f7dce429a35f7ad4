"""The keys under which tries are counted for people who are not ours to keep."""

import hashlib
import hmac

from chassis.ground.settings import Secret
from services.identity.models.tries import Limit, client_network


class Pseudonyms:
    """Digests that say nothing without the secret, and so need not be erased with a person."""

    def __init__(self, secret: Secret) -> None:
        """`secret`: with another one, counting begins anew."""
        self._secret = secret.reveal().encode()

    def stranger(self, login_email: str) -> str:
        """Of an address that nobody can sign in with: counted like an account, or a stranger could tell (A-10)."""
        return f"stranger:{self._digest(login_email)}"

    def client(self, limit: Limit, address: str) -> str:
        """Of a client's address; those without one are all the same."""
        return f"{limit.what}:{self._digest(client_network(address) or '')}"

    def _digest(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()
