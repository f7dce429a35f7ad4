"""Services on PostgreSQL, where nothing makes one writer wait for another but a lock on the very rows.

SQLite lets one writer in at a time, so it cannot show any of these races.
"""

from collections.abc import Iterator

import pytest

from services.espaces.app import SERVICE as ESPACES
from tests.integration.races.racing import racing_structures
from tests.kit import databases
from tests.kit.support import service_under_test
from tests.services.espaces.driver import EspacesDriver
from tests.services.identity.builders import Identity, identity_under_test
from tests.services.structures.driver import StructuresDriver


@pytest.fixture(autouse=True)
def _on_postgresql() -> Iterator[None]:
    with databases.chosen(databases.POSTGRESQL):
        yield


@pytest.fixture
def identity(_on_postgresql: None) -> Iterator[Identity]:
    with identity_under_test() as running:
        yield running


@pytest.fixture
def active(identity: Identity) -> Identity:
    """An account is active."""
    identity.active_account()
    return identity


@pytest.fixture
def structures(_on_postgresql: None) -> Iterator[StructuresDriver]:
    with racing_structures() as running:
        yield running


@pytest.fixture
def espaces(_on_postgresql: None) -> Iterator[EspacesDriver]:
    with service_under_test(ESPACES) as running:
        yield EspacesDriver(running)
