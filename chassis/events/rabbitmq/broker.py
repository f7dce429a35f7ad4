"""Address of the broker, and the time limits for its answers."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pika

HEARTBEAT_SECONDS = 10
CONNECT_SECONDS = 5
CLOSE_SECONDS = 5


@dataclass(frozen=True)
class Broker:
    url: str
    password: str | None
    client: str
    """Name of this connection on the broker's management pages."""
    authorities: Path | None = None
    """File of those that may sign the broker's certificate; with it, only TLS will do."""
    heartbeat_seconds: int = HEARTBEAT_SECONDS
    """Interval of heartbeats. A vanished peer is given up within two of them and ten seconds, since pika allows five
    for delay each time."""

    def parameters(self) -> pika.ConnectionParameters:
        address = urlsplit(self.url)
        if self.password is not None:
            user, _, host = address.netloc.rpartition("@")
            address = address._replace(netloc=f"{user}:{quote(self.password, safe='')}@{host}")
        parameters = pika.URLParameters(address.geturl())
        if self.authorities is not None:
            context = ssl.create_default_context(cafile=str(self.authorities))
            parameters.ssl_options = pika.SSLOptions(context, parameters.host)
        parameters.heartbeat = self.heartbeat_seconds
        # One try: the loops above try again, with a growing pause and a look at the feeds in between.
        parameters.connection_attempts = 1
        parameters.socket_timeout = parameters.stack_timeout = CONNECT_SECONDS
        parameters.client_properties = {"connection_name": self.client}
        return parameters
