"""Service: the declaration in its `app.py`, and the two forms in which it runs, API process and worker."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from flask import Flask, Response, g
from sqlalchemy import MetaData

from chassis.calls.internal_client import Credentials, InternalClient
from chassis.calls.tokens import Caller, JwksKeys, KeySource, TokenVerifier
from chassis.events.deployment import identity_of
from chassis.events.ended_sessions import SESSION_ENDED, EndedSessions
from chassis.events.feed import Feed, HttpFeed
from chassis.events.inbox import Inbox, producers_of
from chassis.events.inbox_pruner import InboxPruner
from chassis.events.outbox import Handler
from chassis.events.rabbitmq.transport import RabbitTransport, broker_of
from chassis.events.read_models import ReadModels
from chassis.events.relay import Relay
from chassis.events.transport import EmbeddedTransport, Transport
from chassis.ground import problems
from chassis.ground.client_networks import Pseudonyms
from chassis.ground.loops import Loop
from chassis.ground.problems import Unavailable
from chassis.ground.settings import DatabaseSettings, Secret, ServiceSettings, SettingsError
from chassis.storage.database import Database
from chassis.web import access_log, feed_routes, health, openapi, proxies, read_your_writes
from chassis.web.path_parameters import BoundedInteger
from chassis.web.routes import Routes

MAX_BODY_BYTES = 256 * 1024

S = TypeVar("S", bound=DatabaseSettings)
R = TypeVar("R")


def no_resources(_settings: DatabaseSettings) -> None:
    """Build nothing, for a service whose routes and handlers need a database session alone."""


def no_loops(_settings: DatabaseSettings, _database: Database) -> Sequence[Loop]:
    return ()


def published_keys(settings: DatabaseSettings) -> KeySource:
    """Return the keys that identity publishes at the address in the settings."""
    assert isinstance(settings, ServiceSettings)
    return JwksKeys(settings.identity_url)


def own_secret(settings: DatabaseSettings) -> Secret:
    """Return the service's own secret at identity."""
    assert isinstance(settings, ServiceSettings)
    return settings.client_secret


def admit_all(_database: Database, _caller: Caller) -> bool:
    return True


@dataclass(frozen=True)
class Service(Generic[S, R]):
    """Declaration of one microservice: S is its settings class, R the class of its resources."""

    name: str
    settings: type[S]
    routes: Sequence[Routes]
    metadata: MetaData
    resources: Callable[[S], R]
    """Builder, called once per process, of the objects that routes and handlers share."""
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    """Handlers by event name; the service follows the producers named here."""
    followers: frozenset[str] = frozenset()
    """Services that may read its feed: those with handlers for its events."""
    read_models: ReadModels = field(default_factory=ReadModels)
    """Tables that these handlers fill from other services' facts."""
    loops: Callable[[S, Database], Sequence[Loop]] = no_loops
    """Loops of its worker beside relay and inbox."""
    keys: Callable[[S], KeySource] = published_keys
    """Source of the keys that verify access tokens."""
    secret: Callable[[S], Secret] = own_secret
    """Secret that makes the pseudonyms of clients."""
    admits: Callable[[Database, Caller], bool] = admit_all
    """Second check of a caller whose token is valid."""


AnyService = Service[Any, Any]
"""Service whose settings and resources are of no concern, such as one chosen by its name."""


class RunningService(Generic[S, R]):
    """Service in a process, with its settings, its database and its resources."""

    def __init__(self, service: Service[S, R], settings: S, database: Database | None = None) -> None:
        """Open the database of the settings, unless there is a `database` already."""
        self.service = service
        self.settings = settings
        self.name = service.name
        self.database = database or Database.of(settings)
        self.followed = producers_of(service.handlers)
        self.followers = service.followers
        self.bounds = settings.bounds
        self.pseudonyms = Pseudonyms(service.secret(settings))
        self._ended_sessions = EndedSessions(self.database) if SESSION_ENDED in service.handlers else None

    @cached_property
    def resources(self) -> R:
        """Return the resources, built at first use; `build` makes that the start of the process."""
        return self.service.resources(self.settings)

    def build(self) -> R:
        """Build the resources now, so that an unusable setting stops the process instead of a request."""
        return self.resources

    def admits(self, caller: Caller) -> bool:
        """Return whether a caller whose token is valid may ask: not one whose session has ended (A-13)."""
        ended, session_id = self._ended_sessions, caller.session_id
        if ended and session_id and ended.includes(session_id, caller.issued_at):
            return False
        return self.service.admits(self.database, caller)

    def feeds(self) -> dict[str, HttpFeed]:
        """Return a feed per followed producer. Raises KeyError for one whose address is not set."""
        settings = self.settings
        if not self.followed:
            return {}
        assert isinstance(settings, ServiceSettings)
        credentials = Credentials(settings, self.name)
        return {
            producer: HttpFeed(InternalClient(settings.feeds[producer], credentials))
            for producer in sorted(self.followed)
        }

    def loops(self) -> list[Loop]:
        """Return every loop of the worker: the relay, the inbox's consumers and the service's own.

        Raises AnotherDeployment for a broker that belongs to another one.
        """
        feeds = self.feeds()
        transport = self._transport(feeds)
        self.build()
        own = self.service.loops(self.settings, self.database)
        pruner = InboxPruner(self.database, self.settings.inbox_retention_days, self.service.read_models.handlers)
        return [Relay(self.database, transport), *transport.consumers(self.inbox(feeds)), pruner, *own]

    def inbox(self, feeds: Mapping[str, Feed]) -> Inbox:
        return Inbox(self.database, self.service.handlers, feeds, self.resources)

    def _transport(self, feeds: Mapping[str, Feed]) -> Transport:
        if self.settings.broker_url is None:
            return EmbeddedTransport(feeds)
        broker = broker_of(self.settings, f"{self.name} worker")
        transport = RabbitTransport(broker, self.name, self.followed, deployment=identity_of(self.database))
        with suppress(Unavailable):  # then it is claimed when it answers, before it is used
            transport.claim()
        return transport


AnyRunningService = RunningService[Any, Any]


def create_app(service: Service[S, R], settings: S) -> Flask:
    """Return the API process of a service. Its resources are built here, so that a wrong setting stops it at start."""
    app = bare_app(service)
    run_on(app, service, settings)
    access_log.install(app)
    app.after_request(_name_recorded_event)
    proxies.trust(app, settings.proxies)  # last, thus outermost: everything inside sees the client's own address
    return app


def _must_name_bounds(app: Flask, settings: DatabaseSettings) -> None:
    """Raise SettingsError for a bound that no route declares."""
    declared = {bound.what for view in app.view_functions.values() for bound in getattr(view, "bounds", ())}
    if unknown := sorted(settings.bounds.keys() - declared):
        there_are = ", ".join(sorted(declared)) or "none here"
        raise SettingsError(f"GUICHET_BOUNDS: no bound {', '.join(unknown)}. It is: one of {there_are}")


def run_on(app: Flask, service: Service[S, R], settings: S, database: Database | None = None) -> RunningService[S, R]:
    """Give the application of a service its database, keys and resources, in place of any that it had."""
    _must_name_bounds(app, settings)
    running = RunningService(service, settings, database)
    app.extensions["guichet.service"] = running
    app.extensions["guichet.verifier"] = TokenVerifier(service.keys(settings))
    running.build()
    return running


def bare_app(service: Service[S, R]) -> Flask:
    """Return an application with routes and documentation, and no database behind them."""
    app = Flask(service.name, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, PROPAGATE_EXCEPTIONS=False, **openapi.config(service.name))
    # In the order of the schema, as the document shows them.
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.converters["int"] = BoundedInteger
    api = openapi.Api(app)
    openapi.prepare(api)
    for routes in (*service.routes, feed_routes.routes, health.routes):
        api.register_blueprint(routes)
    problems.install(app)
    return app


def _name_recorded_event(response: Response) -> Response:
    if recorded := g.get("recorded"):
        response.headers[read_your_writes.RECORDED] = recorded
    return response
