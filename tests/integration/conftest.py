"""The deployment that the tests of the whole share."""

from collections.abc import Iterator

import pytest

from tests.integration.deployment import Deployment, running_deployment


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """Whoever needs the deployment comes last, since at rest it takes half a processor from the others.

    First of these is the guide, which wants an establishment that nobody has registered.
    """
    if "deployment" not in getattr(item, "fixturenames", ()):
        return 0
    return 1 if item.path.name == "test_deployment.py" else 2


@pytest.fixture(scope="package")
def deployment() -> Iterator[Deployment]:
    with running_deployment() as running:
        yield running
