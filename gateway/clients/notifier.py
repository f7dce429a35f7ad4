"""Client of the notifier service, which the gateway asks only for a person's own data."""

from gateway.clients.service_client import ServiceClient


class NotifierClient(ServiceClient):
    service = "notifier"
