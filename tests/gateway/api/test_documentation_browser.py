"""The documentation page in a real browser: accessible, styled by our own file, no complaint of the browser."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import sync_playwright

from tests.kit.serving import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def address(gateway: Flask) -> Iterator[str]:
    with serving(gateway) as url:
        yield url


def test_the_page_has_no_accessibility_fault(address: str) -> None:
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{address}/api/docs")
        wider = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        faults = [fault["id"] for fault in Axe().run(page).response["violations"]]
        browser.close()

    assert (faults, complaints, wider) == ([], [], False)
