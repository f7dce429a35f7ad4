"""What tests of several rooms share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system import System, running_system

CHROMIUM = Path("/usr/bin/chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not CHROMIUM.exists():
        skip = pytest.mark.skip(reason="there is no Chromium here: `apt install chromium`, then run the tests again")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """The whole embedded system, for tests that leave it running."""
    with running_system() as started:
        yield started
