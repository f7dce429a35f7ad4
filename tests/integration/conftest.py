"""The deployment that the tests of the whole share."""

from collections.abc import Iterator

import pytest

from tests.integration.deployment import Deployment, running_deployment


@pytest.fixture(scope="package")
def deployment() -> Iterator[Deployment]:
    """Stopped after the tests of this folder: at rest it takes half a processor from those that follow."""
    with running_deployment() as running:
        yield running
