"""Structures service on an empty database, with a directory under the tests' control."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.structures.app import SERVICE
from services.structures.resources import Resources
from tests.kit.support import service_under_test
from tests.services.structures.builders import (
    EARL_SIRET,
    URSSAF_SIRET,
    ActivationMailsInMemory,
    DirectoryInMemory,
    an_establishment,
)
from tests.services.structures.driver import StructuresDriver


@pytest.fixture
def directory() -> DirectoryInMemory:
    return DirectoryInMemory(
        an_establishment(),
        an_establishment(siret=EARL_SIRET, name="EARL DES TROIS CHENES", is_public=False),
        an_establishment(siret=URSSAF_SIRET, is_active=False),
    )


@pytest.fixture
def activation_mails() -> ActivationMailsInMemory:
    return ActivationMailsInMemory()


@pytest.fixture
def structures(directory: DirectoryInMemory, activation_mails: ActivationMailsInMemory) -> Iterator[StructuresDriver]:
    yield from _running(Resources(directory, admit_fictive_sirets=False, activation_mails=activation_mails))


@pytest.fixture
def sandbox(directory: DirectoryInMemory, activation_mails: ActivationMailsInMemory) -> Iterator[StructuresDriver]:
    """Return a service that admits fictive SIRETs."""
    yield from _running(Resources(directory, admit_fictive_sirets=True, activation_mails=activation_mails))


@pytest.fixture
def bounded(directory: DirectoryInMemory, activation_mails: ActivationMailsInMemory) -> Iterator[StructuresDriver]:
    """Return a service that lets everybody search twice."""
    resources = Resources(directory, admit_fictive_sirets=False, activation_mails=activation_mails)
    yield from _running(resources, bounds={"public_searches": 2, "structure_searches": 2})


def _running(resources: Resources, **settings: Any) -> Iterator[StructuresDriver]:
    service = dataclasses.replace(SERVICE, resources=lambda settings: resources)
    with service_under_test(service, directory="stock", directory_index=Path("unused"), **settings) as running:
        yield StructuresDriver(running)
