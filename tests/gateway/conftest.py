from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.app import create_app
from tests.gateway.builders import settings
from tests.gateway.stubs import Stub, a_service


@pytest.fixture
def identity() -> Iterator[Stub]:
    with a_service() as stub:
        yield stub


@pytest.fixture
def structures() -> Iterator[Stub]:
    with a_service() as stub:
        yield stub


@pytest.fixture
def espaces() -> Iterator[Stub]:
    with a_service() as stub:
        yield stub


@pytest.fixture
def notifier() -> Iterator[Stub]:
    with a_service() as stub:
        yield stub


@pytest.fixture
def gateway(identity: Stub, structures: Stub, espaces: Stub, notifier: Stub) -> Flask:
    return create_app(
        settings(
            identity_url=identity.url,
            structures_url=structures.url,
            espaces_url=espaces.url,
            notifier_url=notifier.url,
        )
    )


@pytest.fixture
def client(gateway: Flask) -> FlaskClient:
    return gateway.test_client()
