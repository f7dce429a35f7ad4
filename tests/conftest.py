"""What tests of several rooms share."""

from collections.abc import Iterator

import pytest

from tests.system import System, running_system


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """The whole embedded system, for tests that leave it running."""
    with running_system() as started:
        yield started
