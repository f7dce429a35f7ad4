"""Clients of all services, as the gateway's other rooms use them: `services().structures.create(body)`."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from gateway.clients.connection_pool import PoolLimits
from gateway.clients.espaces import EspacesClient
from gateway.clients.identity import IdentityClient
from gateway.clients.notifier import NotifierClient
from gateway.clients.service_client import ServiceClient
from gateway.clients.structures import StructuresClient
from gateway.recent_writes import RecentWrites
from gateway.settings import Settings

_EXTENSION = "guichet.services"


@dataclass(frozen=True)
class Services:
    identity: IdentityClient
    structures: StructuresClient
    espaces: EspacesClient
    notifier: NotifierClient

    def named(self, name: str) -> ServiceClient:
        """Return the client of a service; raise KeyError when there is no such service."""
        return {client.service: client for client in self.all()}[name]

    def all(self) -> tuple[ServiceClient, ...]:
        return (self.identity, self.structures, self.espaces, self.notifier)


def install(app: Flask, settings: Settings) -> None:
    """Create one client per service for this process; they share the memory of recent writes.

    Each service has a third of the threads: two that hang leave one for everything else.
    """
    writes = RecentWrites()
    limits = PoolLimits(settings.connect_seconds, settings.answer_seconds, at_once=max(1, settings.threads // 3))
    app.extensions[_EXTENSION] = Services(
        identity=IdentityClient(settings.identity_url, writes, limits),
        structures=StructuresClient(settings.structures_url, writes, limits),
        espaces=EspacesClient(settings.espaces_url, writes, limits),
        notifier=NotifierClient(settings.notifier_url, writes, limits),
    )


def services() -> Services:
    """Return the clients of the running gateway."""
    return cast(Services, current_app.extensions[_EXTENSION])
