"""A service on a database of its own, as its API process runs it, with tokens signed by a test key."""

import dataclasses
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from chassis.calls.tokens import StaticKeys
from chassis.events import contracts
from chassis.events.inbox import Inbox
from chassis.events.outbox import Event, OutboxRow
from chassis.ground import correlation
from chassis.ground.clock import now
from chassis.ground.settings import Secret, ServiceSettings
from chassis.processes.service import AnyRunningService, AnyService, create_app, run_on
from chassis.storage.database import Database
from tests.kit import keys
from tests.kit.databases import database_at, fresh_database


@dataclass(frozen=True)
class ServiceUnderTest:
    app: Flask
    database: Database
    inbox: Inbox

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def person_headers(self, account_id: int, **claims: Any) -> dict[str, str]:
        return keys.person_headers(account_id, **claims)

    def service_headers(self, name: str, *scopes: str) -> dict[str, str]:
        return keys.service_headers(name, *scopes)

    def recorded(self) -> list[tuple[str, dict[str, Any]]]:
        """Every event recorded so far: name and payload, in order."""
        with self.database.reading() as session:
            return [(row.name, row.payload) for row in session.scalars(select(OutboxRow).order_by(OutboxRow.seq))]


@contextmanager
def service_under_test(
    service: AnyService, *, database_url: str | None = None, **settings: Any
) -> Iterator[ServiceUnderTest]:
    """Starts `service` with an empty, migrated database, or that of `database_url`; `settings` replace or complete the
    usual ones.

    Tokens signed with the test key are accepted, unless the service brings keys of its own (identity does).
    """
    with nullcontext(database_url) if database_url else fresh_database(service.name) as url:
        database = None if database_url else database_at(url)
        usual = {
            "database_url": url,
            "identity_url": "http://127.0.0.1:9",
            "client_secret": Secret("a-secret-of-this-test"),
            "feeds": {},
        }
        known = {field.name for field in dataclasses.fields(service.settings)}
        values = {name: value for name, value in usual.items() if name in known} | settings
        tested = service
        if issubclass(service.settings, ServiceSettings):
            tested = dataclasses.replace(service, keys=lambda _: StaticKeys(keys.KEYS))
        with application(tested, service.settings(**values), database) as app:
            running: AnyRunningService = app.extensions["guichet.service"]
            yield ServiceUnderTest(
                app, running.database, Inbox(running.database, service.handlers, {}, running.resources)
            )


_idle: dict[tuple[object, ...], list[Flask]] = defaultdict(list)
"""Applications that no test uses at the moment, by what they are made of."""


@contextmanager
def application(service: AnyService, settings: Any, database: Database | None = None) -> Iterator[Flask]:
    """Lend an application of `service` that runs on `settings` and on its own database, keys and resources.

    Routes and their schemas are made once: making them takes longer than most tests do, and nothing in them changes.
    """
    idle = _idle[(service.name, *service.routes, settings.proxies)]
    app = idle.pop() if idle else create_app(service, settings)
    run_on(app, service, settings, database)
    try:
        yield app
    finally:
        app.extensions["guichet.service"].database.dispose()
        idle.append(app)


def contract_example(name: str, *, position: int = 1, **changes: Any) -> Event:
    """The example of a contract, as a consumer receives it; `changes` replace parts of its payload."""
    payload: Mapping[str, Any] = contracts.event_schema(name)["examples"][0]
    return Event(uuid.uuid4(), name, position, now(), correlation.current(), {**payload, **changes})
