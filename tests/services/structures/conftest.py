"""The structures service on an empty database, with a directory that tests control."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.structures.app import SERVICE
from services.structures.resources import Resources
from tests.services.structures.builders import EARL_SIRET, URSSAF_SIRET, DirectoryInMemory, an_establishment
from tests.services.structures.driver import StructuresDriver
from tests.support import service_under_test


@pytest.fixture
def directory() -> DirectoryInMemory:
    return DirectoryInMemory(
        an_establishment(),
        an_establishment(siret=EARL_SIRET, name="EARL DES TROIS CHENES", is_public=False),
        an_establishment(siret=URSSAF_SIRET, is_active=False),
    )


@pytest.fixture
def structures(directory: DirectoryInMemory) -> Iterator[StructuresDriver]:
    service = dataclasses.replace(SERVICE, resources=lambda settings: Resources(directory, admit_fictive_sirets=False))
    with service_under_test(service, directory="stock", directory_index=Path("unused")) as running:
        yield StructuresDriver(running)


@pytest.fixture
def sandbox(directory: DirectoryInMemory) -> Iterator[StructuresDriver]:
    """The same, admitting fictive SIRETs."""
    service = dataclasses.replace(SERVICE, resources=lambda settings: Resources(directory, admit_fictive_sirets=True))
    with service_under_test(service, directory="stock", directory_index=Path("unused")) as running:
        yield StructuresDriver(running)
