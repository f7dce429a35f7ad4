"""Espaces service on an empty database, after the events of one structure and its principal manager."""

from collections.abc import Iterator

import pytest

from services.espaces.app import SERVICE
from tests.kit.support import service_under_test
from tests.services.espaces.driver import EspacesDriver


@pytest.fixture
def espaces() -> Iterator[EspacesDriver]:
    with service_under_test(SERVICE) as running:
        yield EspacesDriver(running)


@pytest.fixture
def tic(espaces: EspacesDriver) -> EspacesDriver:
    """TIC is open, a colleague is attached."""
    espaces.attach()
    assert espaces.open().status_code == 201
    return espaces
