"""The mail sink's pages in a real browser: accessible, and without a script."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from embedded.mailsink.store import MailStore
from embedded.mailsink.web import mailbox_app
from tests.kit.serving import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    store = MailStore(tmp_path)
    message = EmailMessage()
    message["Subject"] = "Activez votre compte"
    message["Message-ID"] = "<1@exemple.fr>"
    message.set_content("Bonjour : http://127.0.0.1/activation/abc\n")
    message.add_alternative('<html lang="fr"><title>Bonjour</title><h1>Bonjour</h1></html>', subtype="html")
    for _ in range(2):
        store.accept(message.as_bytes(), "guichet@exemple.fr", ["camille@exemple.fr"])
    with serving(mailbox_app(store)) as url:
        yield url


def test_the_pages_have_no_accessibility_fault(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        page = browser.new_page()
        faults = {}
        for path in ("/?pause", "/", "/mails/1"):
            page.goto(address + path)
            faults[path] = [fault["id"] for fault in Axe().run(page).response["violations"]]
        browser.close()

    assert faults == {"/?pause": [], "/": [], "/mails/1": []}
