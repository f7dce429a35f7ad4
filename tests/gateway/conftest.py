from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache, FileSystemBytecodeCache

from gateway.app import create_app
from tests.gateway.builders import settings
from tests.gateway.stubs import Stub, a_service


@pytest.fixture
def identity() -> Iterator[Stub]:
    with a_service("identity") as stub:
        yield stub


@pytest.fixture
def structures() -> Iterator[Stub]:
    with a_service("structures") as stub:
        yield stub


@pytest.fixture
def espaces() -> Iterator[Stub]:
    with a_service("espaces") as stub:
        yield stub


@pytest.fixture
def notifier() -> Iterator[Stub]:
    with a_service("notifier") as stub:
        yield stub


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Every test has an application of its own, and compiling a page takes longer than showing it."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def gateway(
    identity: Stub, structures: Stub, espaces: Stub, notifier: Stub, compiled_templates: BytecodeCache
) -> Flask:
    app = create_app(
        settings(
            identity_url=identity.url,
            structures_url=structures.url,
            espaces_url=espaces.url,
            notifier_url=notifier.url,
        )
    )
    app.jinja_env.bytecode_cache = compiled_templates
    return app


@pytest.fixture
def client(gateway: Flask) -> FlaskClient:
    return gateway.test_client()
