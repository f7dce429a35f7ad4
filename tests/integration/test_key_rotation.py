"""Keys that rotate in the whole system, under sign-ins and calls: nobody notices, but a thief of a key."""

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from joserfc.jws import extract_compact

from chassis.calls.tokens import REFETCH_SECONDS
from embedded.run.fleet import SANDBOX_CAPTCHA
from tests.journeys.api import Mailbox
from tests.journeys.guide import PASSWORD, Guide
from tests.kit.waiting import until
from tests.system import System

pytestmark = pytest.mark.system

ROTATIONS = 2
PUBLISH_SECONDS = REFETCH_SECONDS + 3
"""Long enough for a service that fetched the keys just before; ten minutes otherwise."""
EACH_SERVICE = ("/accounts/me", "/attachments", "/subscriptions")


class Portal:
    """One person's programs, each signed in for itself."""

    def __init__(self, api_url: str, login_email: str) -> None:
        self._url = api_url
        self._credentials = {"login_email": login_email, "password": PASSWORD}

    def sign_in(self) -> dict[str, Any]:
        return dict(self._post("/sessions", self._credentials).json())

    def refresh(self, tokens: dict[str, Any]) -> requests.Response:
        return self._post("/sessions/refresh", {"refresh_token": tokens["refresh_token"]})

    def call(self, path: str, tokens: dict[str, Any]) -> int:
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        return requests.get(self._url + path, headers=headers, timeout=20).status_code

    def _post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return requests.post(self._url + path, json=body, timeout=20)


def key_id(tokens: dict[str, Any]) -> str:
    return str(extract_compact(tokens["access_token"].encode()).headers()["kid"])


def number_of_keys(system: System) -> int:
    return len(json.loads(system.layout.secret("signing-keys").read_text())["keys"])


def rotate(system: System, *options: str) -> None:
    """As an operator does, who restarts nothing."""
    environment = {**os.environ, "GUICHET_SIGNING_KEYS_FILE": str(system.layout.secret("signing-keys"))}
    subprocess.run(
        [sys.executable, "-m", "chassis", "identity", "keys", "rotate", *options], env=environment, check=True
    )


@pytest.fixture(scope="module")
def portal(system: System) -> Portal:
    guide = Guide(system.api_url, Mailbox(system.mailbox_url), SANDBOX_CAPTCHA)
    guide.sign_up(guide.manager)
    return Portal(system.api_url, guide.manager.email)


@contextmanager
def kept_up(*works: Callable[[], object]) -> Iterator[None]:
    """Each again and again in a thread of its own, until the end."""
    done = threading.Event()

    def go_on(work: Callable[[], object]) -> None:
        while not done.is_set():
            work()

    threads = [threading.Thread(target=go_on, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


def test_no_valid_session_is_refused_while_keys_rotate(system: System, portal: Portal) -> None:
    statuses: Counter[tuple[str, int]] = Counter()
    keys_before = number_of_keys(system)
    oldest, kept, names = portal.sign_in(), [portal.sign_in()], {key_id(portal.sign_in())}

    def call_with_the_first_token() -> None:
        for path in EACH_SERVICE:
            statuses[path, portal.call(path, oldest)] += 1

    def refresh_and_call() -> None:
        renewed = portal.refresh(kept[-1])
        statuses["/sessions/refresh", renewed.status_code] += 1
        kept.append(renewed.json())
        for path in EACH_SERVICE:
            statuses[path, portal.call(path, kept[-1])] += 1

    def sign_in_and_call() -> None:
        fresh = portal.sign_in()
        names.add(key_id(fresh))
        for path in EACH_SERVICE:
            statuses[path, portal.call(path, fresh)] += 1

    with kept_up(call_with_the_first_token, refresh_and_call, sign_in_and_call):
        for rotation in range(1, ROTATIONS + 1):
            rotate(system, "--publish-seconds", str(PUBLISH_SECONDS))
            until(lambda: len(names) == rotation + 1, within=PUBLISH_SECONDS + 20)  # noqa: B023 (called at once)

    assert {status for _, status in statuses} == {200, 201}
    assert min(statuses.values()) > ROTATIONS
    assert number_of_keys(system) == keys_before + ROTATIONS


def test_a_key_that_has_left_opens_nothing_any_more_and_sessions_go_on(system: System, portal: Portal) -> None:
    stolen = portal.sign_in()
    assert [portal.call(path, stolen) for path in EACH_SERVICE] == [200, 200, 200]

    rotate(system, "--at-once")
    renewed = portal.refresh(stolen)

    assert renewed.status_code == 201
    assert portal.call("/accounts/me", stolen) == 401
    for path in EACH_SERVICE:
        until(lambda: portal.call(path, renewed.json()) == 200, within=2 * REFETCH_SECONDS)  # noqa: B023
        assert portal.call(path, stolen) == 401
