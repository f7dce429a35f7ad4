"""Client networks: whom requests without an account are counted for, and under which key."""

import hashlib
import hmac
import ipaddress

from chassis.ground.settings import Secret

IPV6_NETWORK_BITS = 64
"""Prefix length of one subscriber: counting single addresses would let each try come from another."""


def client_network(address: str) -> str | None:
    """Return a client's IPv4 address, or its IPv6 network. None for a text that is no address."""
    try:
        # Without the zone, as in fe80::1%eth0: it names a network card of ours.
        client = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(client, ipaddress.IPv6Address) and client.ipv4_mapped:
        # A socket for both families shows IPv4 clients as ::ffff:192.0.2.1.
        return str(client.ipv4_mapped)
    if isinstance(client, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((client, IPV6_NETWORK_BITS), strict=False))
    return str(client)


class Pseudonyms:
    """Keyed digests. They are meaningless without the secret, and so need not be erased with a person."""

    def __init__(self, secret: Secret) -> None:
        """`secret`: with another one, counting begins anew."""
        self._secret = secret.reveal().encode()

    def of(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()

    def of_client(self, address: str) -> str:
        """Return the pseudonym of a client's network; clients without an address share one."""
        return self.of(client_network(address) or "")
