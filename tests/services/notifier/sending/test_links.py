"""Links, from an identity that answers as its contract says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses

from chassis.calls.internal_client import Credentials, InternalClient
from services.notifier.errors.sending import Moot, TransientFault
from services.notifier.mails.link_kinds import ACTIVATION, CONTACT_EMAIL, LOGIN_EMAIL, RECOVERY, LinkKind
from services.notifier.sending.links import LinksOfIdentity
from tests.services.notifier.builders import PORTAL, some_settings

MOOT = [
    (ACTIVATION, "account_already_active"),
    (RECOVERY, "account_not_active"),
    (LOGIN_EMAIL, "no_login_email_awaited"),
    (CONTACT_EMAIL, "no_contact_email_awaited"),
]
IDENTITY = "http://identity.test"
ANOTHER_CLOCK = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
"""Identity's, which alone counts."""


def the_links() -> LinksOfIdentity:
    settings = some_settings(identity_url=IDENTITY)
    return LinksOfIdentity(InternalClient(IDENTITY, Credentials(settings, "notifier")), PORTAL)


def identity_answers(mocked: responses.RequestsMock, kind: LinkKind, status: int, body: dict[str, Any]) -> None:
    mocked.post(f"{IDENTITY}/oauth/token", json={"access_token": "t", "token_type": "Bearer", "expires_in": 600})
    mocked.post(IDENTITY + kind.issued_at, status=status, json=body)


@pytest.mark.parametrize(("kind", "page"), [(ACTIVATION, "activation"), (RECOVERY, "recuperation")])
def test_a_link_leads_to_the_portal_and_says_how_long_it_is_valid(kind: LinkKind, page: str) -> None:
    issued = {"issued_at": ANOTHER_CLOCK.isoformat(), "expires_at": (ANOTHER_CLOCK + timedelta(minutes=60)).isoformat()}
    with responses.RequestsMock() as mocked:
        identity_answers(mocked, kind, 201, {"token": "secret-token", **issued})

        link = the_links().issue(kind, 41, {})

        assert mocked.calls[-1].request.body == b'{"account_id": 41}'
    assert (link.url, link.minutes) == (f"{PORTAL}/{page}/secret-token", 60)
    assert link.address is None
    assert "secret-token" not in repr(link)


def test_the_link_that_confirms_an_address_comes_with_it() -> None:
    moments = dict.fromkeys(("issued_at", "expires_at"), ANOTHER_CLOCK.isoformat())
    issued = {"token": "t", **moments, "address": "nouvelle@exemple.fr"}
    with responses.RequestsMock() as mocked:
        identity_answers(mocked, LOGIN_EMAIL, 201, issued)

        link = the_links().issue(LOGIN_EMAIL, 41, {})

    assert (link.url, link.address) == (f"{PORTAL}/adresse-de-connexion/t", "nouvelle@exemple.fr")
    assert "nouvelle" not in repr(link)


def test_identity_is_told_for_which_request_a_contact_email_is_to_be_confirmed() -> None:
    moments = dict.fromkeys(("issued_at", "expires_at"), ANOTHER_CLOCK.isoformat())
    issued = {"token": "t", **moments, "address": "nouvelle@exemple.fr"}
    with responses.RequestsMock() as mocked:
        identity_answers(mocked, CONTACT_EMAIL, 201, issued)

        link = the_links().issue(CONTACT_EMAIL, 41, {"request": 3, "recipient": "Camille Moreau"})

        assert mocked.calls[-1].request.body == b'{"account_id": 41, "request": 3}'
    assert (link.url, link.address) == (f"{PORTAL}/adresse-de-contact/t", "nouvelle@exemple.fr")


@pytest.mark.parametrize(("kind", "code"), MOOT)
def test_an_account_that_has_no_use_for_a_link_gets_no_mail(kind: LinkKind, code: str) -> None:  # N-01
    with responses.RequestsMock() as mocked:
        identity_answers(mocked, kind, 409, {"status": 409, "code": code})

        with pytest.raises(Moot):
            the_links().issue(kind, 41, {"request": 1})


@pytest.mark.parametrize(
    ("status", "code"), [(404, "not_found"), (403, "forbidden"), (503, "catching_up"), (409, "account_already_active")]
)
def test_any_other_answer_is_worth_another_try(status: int, code: str) -> None:  # N-03
    with responses.RequestsMock() as mocked:
        identity_answers(mocked, RECOVERY, status, {"status": status, "code": code})

        with pytest.raises(TransientFault):
            the_links().issue(RECOVERY, 41, {})
