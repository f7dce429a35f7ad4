from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.visitor import chromium
from tests.system import System, running_system


@pytest.fixture(scope="package")
def system() -> Iterator[System]:
    """One of their own: the guide wants an establishment that nobody has registered."""
    with running_system() as running:
        yield running


@pytest.fixture
def portal_url(system: System) -> str:
    return system.portal_url


@pytest.fixture
def mailbox_url(system: System) -> str:
    return system.mailbox_url


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running
