"""The notifier service: what it keeps of a person."""

from gateway.clients.base import ServiceClient


class NotifierClient(ServiceClient):
    service = "notifier"
