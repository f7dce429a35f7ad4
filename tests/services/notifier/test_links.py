"""Activation links, from an identity that answers as its contract says."""

from datetime import timedelta
from typing import Any

import pytest
import responses

from chassis.clients import Credentials, InternalClient
from chassis.database import now
from services.notifier.errors import Moot, TransientFault
from services.notifier.links import ActivationLinks
from tests.services.notifier.builders import PORTAL, some_settings

IDENTITY = "http://identity.test"


def the_links() -> ActivationLinks:
    settings = some_settings(identity_url=IDENTITY)
    return ActivationLinks(InternalClient(IDENTITY, Credentials(settings, "notifier")), PORTAL)


def identity_answers(mocked: responses.RequestsMock, status: int, body: dict[str, Any]) -> None:
    mocked.post(f"{IDENTITY}/oauth/token", json={"access_token": "t", "token_type": "Bearer", "expires_in": 600})
    mocked.post(f"{IDENTITY}/internal/activation-links", status=status, json=body)


def test_a_link_leads_to_the_portal_and_says_how_long_it_is_valid() -> None:
    expires_at = (now() + timedelta(minutes=60)).isoformat()
    with responses.RequestsMock() as mocked:
        identity_answers(mocked, 201, {"token": "secret-token", "expires_at": expires_at})

        link = the_links().activation(41)

        assert mocked.calls[-1].request.body == b'{"account_id": 41}'
    assert (link.url, link.minutes) == (f"{PORTAL}/activation/secret-token", 60)
    assert "secret-token" not in repr(link)


def test_an_active_account_needs_no_link() -> None:  # N-01
    with responses.RequestsMock() as mocked:
        identity_answers(mocked, 409, {"status": 409, "code": "account_already_active"})

        with pytest.raises(Moot):
            the_links().activation(41)


@pytest.mark.parametrize(("status", "code"), [(404, "not_found"), (403, "forbidden"), (503, "catching_up")])
def test_any_other_answer_is_worth_another_try(status: int, code: str) -> None:  # N-03
    with responses.RequestsMock() as mocked:
        identity_answers(mocked, status, {"status": status, "code": code})

        with pytest.raises(TransientFault):
            the_links().activation(41)
