from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error

from tests.browser.visitor import chromium
from tests.system import System


@pytest.fixture
def portal_url(system: System) -> str:
    return system.portal_url


@pytest.fixture
def mailbox_url(system: System) -> str:
    return system.mailbox_url


@pytest.fixture(scope="package")
def running_browser() -> Iterator[Browser]:
    """Closed after the tests of this folder: while Playwright runs, its event loop is in the way of any other."""
    with chromium() as running:
        yield running


@pytest.fixture
def browser(running_browser: Browser) -> Iterator[Browser]:
    """One Chromium for all tests; what a test opened in it is closed, so that nobody stays signed in."""
    yield running_browser
    for context in running_browser.contexts:
        with suppress(Error):  # a browser that was killed has closed them
            context.close()
