from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.calls.tokens import StaticKeys, TokenVerifier
from chassis.processes.registry import SERVICES
from gateway.app import create_app
from gateway.clients import services
from gateway.portal.frame import single_flight
from tests.gateway.builders import settings
from tests.gateway.stubs import Stub, a_service
from tests.kit import keys


@pytest.fixture(scope="session")
def stubs() -> Iterator[Mapping[str, Stub]]:
    """Start a stub of each service, once: starting and stopping four servers takes longer than a test."""
    with ExitStack() as stack:
        yield {service: stack.enter_context(a_service(service)) for service in SERVICES}


@pytest.fixture(scope="session")
def application() -> Flask:
    """Make the gateway's pages and routes, once: they take longer to make than to show."""
    application = create_app(settings())
    application.extensions["guichet.verifier"] = TokenVerifier(StaticKeys(keys.KEYS))
    return application


@pytest.fixture
def identity(stubs: Mapping[str, Stub]) -> Stub:
    return stubs["identity"].anew()


@pytest.fixture
def structures(stubs: Mapping[str, Stub]) -> Stub:
    return stubs["structures"].anew()


@pytest.fixture
def espaces(stubs: Mapping[str, Stub]) -> Stub:
    return stubs["espaces"].anew()


@pytest.fixture
def notifier(stubs: Mapping[str, Stub]) -> Stub:
    return stubs["notifier"].anew()


@pytest.fixture
def gateway(application: Flask, identity: Stub, structures: Stub, espaces: Stub, notifier: Stub) -> Flask:
    """Return the gateway as a process has it that was just started: its connections and what it remembers are new."""
    addresses = {
        "identity_url": identity.url,
        "structures_url": structures.url,
        "espaces_url": espaces.url,
        "notifier_url": notifier.url,
    }
    services.install(application, settings(**addresses))
    single_flight.install(application)
    return application


@pytest.fixture
def client(gateway: Flask) -> FlaskClient:
    return gateway.test_client()
