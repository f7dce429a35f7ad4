"""The services, as the gateway's other rooms call them: `clients().structures.create(body)`."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from gateway.clients.base import ServiceClient
from gateway.clients.connections import Limits
from gateway.clients.espaces import EspacesClient
from gateway.clients.identity import IdentityClient
from gateway.clients.notifier import NotifierClient
from gateway.clients.structures import StructuresClient
from gateway.recent_writes import RecentWrites
from gateway.settings import Settings

_EXTENSION = "guichet.clients"


@dataclass(frozen=True)
class Clients:
    identity: IdentityClient
    structures: StructuresClient
    espaces: EspacesClient
    notifier: NotifierClient

    def of(self, service: str) -> ServiceClient:
        """The client of a service by its name; KeyError when there is no such service."""
        every: dict[str, ServiceClient] = {client.service: client for client in self.all()}
        return every[service]

    def all(self) -> tuple[ServiceClient, ...]:
        return (self.identity, self.structures, self.espaces, self.notifier)


def install(app: Flask, settings: Settings) -> None:
    """One client per service for this process; they share the memory of recent writes."""
    writes = RecentWrites()
    limits = Limits(settings.connect_seconds, settings.answer_seconds, settings.threads)
    app.extensions[_EXTENSION] = Clients(
        identity=IdentityClient(settings.identity_url, writes, limits),
        structures=StructuresClient(settings.structures_url, writes, limits),
        espaces=EspacesClient(settings.espaces_url, writes, limits),
        notifier=NotifierClient(settings.notifier_url, writes, limits),
    )


def clients() -> Clients:
    """The clients of the running gateway."""
    return cast(Clients, current_app.extensions[_EXTENSION])
