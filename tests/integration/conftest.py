"""The deployment that the tests of the whole share."""

from collections.abc import Iterator

import pytest

from tests.integration.deployment import Deployment, running_deployment


@pytest.fixture(scope="session")
def deployment() -> Iterator[Deployment]:
    with running_deployment() as running:
        yield running
