"""A service: what its `app.py` declares, and what the API process and the worker make of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, g
from flask_smorest import Api
from sqlalchemy import MetaData

from chassis.calls.internal_client import Credentials, InternalClient
from chassis.calls.tokens import Caller, JwksKeys, KeySource, TokenVerifier
from chassis.events.feed import Feed, HttpFeed
from chassis.events.inbox import Inbox, follows
from chassis.events.outbox import Handler
from chassis.events.rabbitmq.transport import RabbitTransport, broker_of
from chassis.events.read_models import Copies
from chassis.events.relay import Relay
from chassis.events.transport import EmbeddedTransport, Transport
from chassis.ground import problems
from chassis.ground.loops import Loop
from chassis.ground.settings import DatabaseSettings, revealed
from chassis.storage.database import Database
from chassis.web import access_log, feed_routes, health, openapi, proxies, read_your_writes
from chassis.web.path_parameters import BoundedInteger
from chassis.web.routes import Routes

MOST_BODY_BYTES = 256 * 1024


@dataclass(frozen=True)
class Service:
    """One microservice, as data."""

    name: str
    settings: type[Any]
    """Its settings class, a DatabaseSettings."""
    routes: Sequence[Routes]
    metadata: MetaData
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    """Event name → handler; the producers that it follows are those named here."""
    copies: Copies = field(default_factory=Copies)
    """What of its tables these handlers make of other services' facts."""
    resources: Callable[[Any], Any] = lambda settings: None
    """Built once per process from the settings, for routes and handlers."""
    loops: Callable[[Any, Database], Sequence[Loop]] = lambda settings, database: ()
    """What its worker does beside relay and inbox."""
    keys: Callable[[Any], KeySource] = lambda settings: JwksKeys(settings.identity_url)
    """Where the keys come from that verify access tokens."""
    admits: Callable[[Database, Caller], bool] = lambda database, caller: True
    """Whether a caller whose token is good may come in all the same."""


class Running:
    """A service in a process: its settings, its database and what was built from them."""

    def __init__(self, service: Service, settings: DatabaseSettings) -> None:
        self.service = service
        self.settings = settings
        self.name = service.name
        self.database = Database(settings.database_url, revealed(settings.database_password))
        self.followed = follows(service.handlers)
        self.resources: Any = None

    def build(self) -> None:
        """Makes what routes reach with `web.resources()` and handlers with `inbox.resources()`."""
        self.resources = self.service.resources(self.settings)

    def admits(self, caller: Caller) -> bool:
        return self.service.admits(self.database, caller)

    def feeds(self) -> dict[str, HttpFeed]:
        """A feed per followed producer; raises KeyError for one whose address is not set."""
        if not self.followed:
            return {}
        settings: Any = self.settings
        credentials = Credentials(settings, self.name)
        return {
            producer: HttpFeed(InternalClient(settings.feeds[producer], credentials))
            for producer in sorted(self.followed)
        }

    def loops(self) -> list[Loop]:
        """All that the worker runs."""
        feeds = self.feeds()
        transport = self._transport(feeds)
        self.build()
        own = self.service.loops(self.settings, self.database)
        return [Relay(self.database, transport), *transport.consumers(self.inbox(feeds)), *own]

    def inbox(self, feeds: Mapping[str, Feed]) -> Inbox:
        return Inbox(self.database, self.service.handlers, feeds, self.resources)

    def _transport(self, feeds: Mapping[str, Feed]) -> Transport:
        if self.settings.broker_url is None:
            return EmbeddedTransport(feeds)
        return RabbitTransport(broker_of(self.settings, f"{self.name} worker"), self.name, self.followed)


def create_app(service: Service, settings: DatabaseSettings) -> Flask:
    """Return the API process of a service. What it needs is built now, so that a wrong setting stops it here."""
    app = bare_app(service)
    run_on(app, service, settings)
    access_log.install(app)
    app.after_request(_name_recorded_event)
    proxies.trust(app, settings.proxies)
    return app


def run_on(app: Flask, service: Service, settings: DatabaseSettings) -> Running:
    """Give the application of a service its database, its keys and its resources; those that it had are replaced."""
    running = Running(service, settings)
    app.extensions["guichet.service"] = running
    app.extensions["guichet.verifier"] = TokenVerifier(service.keys(settings))
    running.build()
    return running


def bare_app(service: Service) -> Flask:
    """Routes and documentation, without anything to run on."""
    app = Flask(service.name, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MOST_BODY_BYTES, PROPAGATE_EXCEPTIONS=False, **openapi.config(service.name))
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.converters["int"] = BoundedInteger
    api = Api(app)
    openapi.prepare(api)
    for routes in (*service.routes, feed_routes.routes, health.routes):
        api.register_blueprint(routes)
    problems.install(app)
    return app


def _name_recorded_event(response: Response) -> Response:
    if recorded := g.get("recorded"):
        response.headers[read_your_writes.RECORDED] = recorded
    return response
