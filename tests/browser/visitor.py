"""A person in front of the portal: every page that they see is checked for accessibility.

With the name of a folder in the environment variable PICTURES, a picture of each page is written there.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.kit.waiting import until

PICTURES = os.environ.get("PICTURES")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, NARROW = (1200, 900), (320, 640)
WITHOUT_WINDOWS = Path("/usr/bin/chromium-headless-shell")
EXECUTABLE = WITHOUT_WINDOWS if WITHOUT_WINDOWS.exists() else Path("/usr/bin/chromium")
"""Without windows it takes a third less of a processor; where that one is missing, the usual one does."""
MAIL_SECONDS = 60.0
PATIENCE_MS = 30_000
"""The longest wait for a page, on a machine that is busy with something else."""
AXE = Axe()
_faultless: set[tuple[int, str]] = set()
"""Width and markup of each page that was judged in this run: many journeys begin with the same pages."""
FOCUSED = """() => {
    const one = document.activeElement;
    const words = [one.innerText, ...[...(one.labels ?? [])].map(label => label.innerText)].join(" ");
    return words.replaceAll("\u00a0", " ").trim();
}"""
"""What a person reads on what has the focus."""
TOKEN = re.compile(r"(?=[\w.-]*\d)[\w.-]{20,}")
"""A random value in a page's markup (CSRF, captcha, link): it differs between visits, and axe reads nothing in it."""
WIDER_THAN = """width => document.documentElement.scrollWidth <= width ? [] :
    [...document.querySelectorAll("main *")].filter(one => one.getBoundingClientRect().right > width)
    .map(one => one.outerHTML.slice(0, 120))"""


@contextmanager
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """`name` begins the names of their pictures."""

    def __init__(self, browser: Browser, portal_url: str, name: str, *, javascript: bool = True) -> None:
        self.portal_url = portal_url
        self.name = name
        self._javascript = javascript
        context = browser.new_context(locale="fr-FR", viewport=_size(DESKTOP), java_script_enabled=javascript)
        self.page: Page = context.new_page()
        self._seen = 0

    def open(self, address: str, heading: str) -> None:
        """`address`: a path of the portal, or the link of a mail."""
        self.page.goto(address if address.startswith("http") else self.portal_url + address)
        self.sees(heading)

    def follow(self, link: str, heading: str) -> None:
        self.page.get_by_role("link", name=link, exact=True).first.click()
        self.sees(heading)

    def press(self, button: str, heading: str) -> None:
        """The last of that name: some forms begin with a hidden one, for the Enter key."""
        self.page.get_by_role("button", name=button, exact=True).last.click()
        self.sees(heading)

    def fill(self, **values: str) -> None:
        """By the names of the fields."""
        for name, value in values.items():
            self.page.fill(f"#{name}", value)

    def choose(self, field: str, label: str) -> None:
        self.page.select_option(f"#{field}", label=label)

    def check(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def reads(self, sentence: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(sentence)

    def sees(self, heading: str) -> None:
        """The page with this heading, without an accessibility fault, at the width of a desk and of a small phone."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        assert self.page.locator("script:not([src^='/static/'])").count() == 0
        for width in (DESKTOP, NARROW):
            self.page.set_viewport_size(_size(width))
            assert wider_than(self.page, width[0]) == []
            # Axe waits for what a page without JavaScript never runs.
            assert not self._javascript or faults(self.page) == []
            if PICTURES:
                self._keep_picture(Path(PICTURES), heading, width[0])
        self.page.set_viewport_size(_size(DESKTOP))

    def _keep_picture(self, folder: Path, heading: str, width: int) -> None:
        self._seen += width == DESKTOP[0]
        words = "-".join(re.findall(r"\w+", heading.lower()))[:50]
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{self.name}-{self._seen:02}-{words}-{width}.png", full_page=True)


def wider_than(page: Page, width: int) -> list[str]:
    """What makes people scroll sideways."""
    return cast(list[str], page.evaluate(WIDER_THAN, width))


def faults(page: Page) -> list[Any]:
    """Return the accessibility faults of a page; none for markup that was faultless at this width before."""
    seen = page.evaluate("innerWidth"), TOKEN.sub("", page.content())
    if seen in _faultless:
        return []
    violations = AXE.run(page).response["violations"]
    if not violations:
        _faultless.add(seen)
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in violations]


class Mailbox:
    """The mails that the sink has for one person; each is read once."""

    def __init__(self, mailbox_url: str, address: str) -> None:
        self._url = f"{mailbox_url}/api/mails"
        self._address = address
        self._last = 0

    def link(self, pattern: str) -> str:
        """The first link like `pattern` in a mail not read yet; waits for the mail."""
        return until(lambda: self._find(pattern), within=MAIL_SECONDS)

    def _find(self, pattern: str) -> str:
        answer = requests.get(self._url, {"to": self._address, "after": str(self._last)}, timeout=5)
        for mail in answer.json()["items"]:
            found = re.search(rf"https?://\S*{pattern}\S*", mail["text"])
            self._last = mail["id"]
            if found:
                return found[0]
        return ""


def _size(size: tuple[int, int]) -> Any:
    return {"width": size[0], "height": size[1]}
