"""`make journey`: plays the guide against the running system, or against one of its own, and shows it."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
import requests
import stamina

from embedded.run.fleet import SANDBOX_CAPTCHA
from embedded.run.progress import Progress
from tests.journeys.api import Mailbox, NoAnswer
from tests.journeys.guide import Guide
from tests.system import running_system

DEMO = ("http://127.0.0.1:8080", "http://127.0.0.1:8025")
"""Portal and mailbox of what `make up` starts."""


@click.command()
@click.option(
    "--portal", help="address of the gateway; default: what `make run` or `make up` started, else a system of its own"
)
@click.option("--mailbox", help="address of the mail sink")
@click.option("--captcha", default=SANDBOX_CAPTCHA, show_default=True, help="the sandbox's answer to every captcha")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var"), help="where `make run` keeps its data")
def main(portal: str | None, mailbox: str | None, captcha: str, folder: Path) -> None:
    """From a new account to a granted subscription, through the public API."""
    progress = Progress()
    stamina.instrumentation.set_on_retry_hooks([lambda _: show(progress, "no answer; asking again …")])
    with addresses(portal, mailbox, folder, progress) as (portal_url, mailbox_url):
        progress.line(f"The guide, played on {portal_url} (mails at {mailbox_url})")
        guide = Guide(
            f"{portal_url}/api/v1",
            Mailbox(mailbox_url),
            captcha,
            tell=lambda text: show(progress, text),
            must_be_quick=False,  # processes may be killed meanwhile; a late right is told
        )
        begun = time.monotonic()
        try:
            for title, step in guide.steps():
                with progress.step(title):
                    step()
        except (AssertionError, NoAnswer) as error:
            sys.exit(f"The journey ends here: {type(error).__name__} {error}")
        progress.line(progress.bold(f"The journey ends well, in {time.monotonic() - begun:.1f} s."))


def show(progress: Progress, text: str) -> None:
    progress.line(progress.dim(f"      {text}"))


@contextmanager
def addresses(portal: str | None, mailbox: str | None, folder: Path, progress: Progress) -> Iterator[tuple[str, str]]:
    found = running(folder / "running.json")
    if portal and mailbox:
        yield portal, mailbox
    elif found:
        yield found["portal"], found["mailbox"]
    elif all(map(answers, DEMO)):
        yield DEMO
    else:
        progress.line("Nothing runs here: starting a system for this journey, which is forgotten afterwards.")
        with running_system() as system:
            yield system.portal_url, system.mailbox_url


def running(state: Path) -> dict[str, Any] | None:
    """What `make run` wrote of itself; None when it does not run, or was killed."""
    with suppress(FileNotFoundError, ProcessLookupError):
        found: dict[str, Any] = json.loads(state.read_text())
        os.kill(found["pid"], 0)
        return found
    return None


def answers(url: str) -> bool:
    with suppress(requests.RequestException):
        return requests.get(url, timeout=5).ok
    return False


main(prog_name="journey")
