"""Forged tokens through the gateway of the running system, for a route of each service."""

from http import HTTPStatus

import pytest
import requests
from joserfc.jwk import KeySet, OKPKey

from embedded.run.fleet import SANDBOX_CAPTCHA
from tests.journeys.api import Mailbox
from tests.journeys.guide import Guide
from tests.kit.forgeries import forgeries
from tests.system import System

pytestmark = pytest.mark.system

EACH_SERVICE = ("/accounts/me", "/attachments", "/subscriptions")
TOO_LONG = frozenset({"enormous", "enormous claims", "deep claims"})
"""The server in front of the gateway reads no header of this length."""


def status(system: System, path: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(system.api_url + path, headers=headers, timeout=20).status_code


def published_key(system: System) -> OKPKey:
    answer = requests.get(f"{system.layout.url_of('identity')}/.well-known/jwks.json", timeout=20)
    key = KeySet.import_key_set(answer.json()).keys[0]
    assert isinstance(key, OKPKey)
    return key


def test_no_forged_token_opens_anything_through_the_gateway(system: System) -> None:  # ASVS 9.1
    guide = Guide(system.api_url, Mailbox(system.mailbox_url), SANDBOX_CAPTCHA)
    guide.sign_up(guide.manager)
    guide.sign_in(guide.manager)
    good = guide.manager.api.token or ""
    forged = forgeries(good, published_key(system))

    found = {(fault, path): status(system, path, token) for fault, token in forged.items() for path in EACH_SERVICE}

    assert {status(system, path, good) for path in EACH_SERVICE} == {HTTPStatus.OK}
    refused = {HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE}
    assert {one: code for one, code in found.items() if code not in refused} == {}
    assert {fault for (fault, _), code in found.items() if code != HTTPStatus.UNAUTHORIZED} <= TOO_LONG


def test_a_services_own_token_is_no_persons_through_the_gateway(system: System) -> None:  # ASVS 9.2
    secret = system.layout.secret("notifier").read_text().strip()
    form = {"grant_type": "client_credentials", "client_id": "notifier", "client_secret": secret}
    answer = requests.post(f"{system.layout.url_of('identity')}/oauth/token", data=form, timeout=20)
    token = answer.json()["access_token"]

    assert {status(system, path, token) for path in EACH_SERVICE} == {HTTPStatus.FORBIDDEN}
