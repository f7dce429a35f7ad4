"""Keys under which tries of strangers are counted without keeping their data (A-10, A-11)."""

from chassis.ground.client_networks import Pseudonyms
from services.identity.models.tries import Limit


class TryKeys:
    """Keys of tries: pseudonyms of addresses without an account, and of clients."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms

    def stranger(self, login_email: str) -> str:
        """Return the key of an address without an account: counted like an account, or a stranger could tell (A-10)."""
        return f"stranger:{self._pseudonyms.of(login_email)}"

    def client(self, limit: Limit, address: str) -> str:
        """Return the key of a client's network under `limit`; clients without an address share one."""
        return f"{limit.what}:{self._pseudonyms.of_client(address)}"
