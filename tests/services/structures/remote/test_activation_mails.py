"""Asking for activation mails, from an identity that answers as its contract says."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from chassis.calls.internal_client import Credentials
from chassis.ground.problems import Refusal, Unavailable
from chassis.ground.settings import Secret
from services.structures.errors.accounts import AccountAlreadyActive, AccountNotPending, MailAskedTooSoon
from services.structures.remote.activation_mails import PATH, ActivationMailsOfIdentity
from services.structures.settings import Settings
from tests.kit.together import together
from tests.services.structures.builders import COLLEAGUE, MANAGER

IDENTITY = "http://identity.test"


def the_mails() -> ActivationMailsOfIdentity:
    settings = Settings(
        database_url="sqlite://",
        identity_url=IDENTITY,
        client_secret=Secret("structures-of-this-test"),
        directory="stock",
        directory_index=Path("unused"),
    )
    return ActivationMailsOfIdentity(IDENTITY, Credentials(settings, "structures"))


def identity_answers(
    mocked: responses.RequestsMock, status: int, body: Any, headers: dict[str, str] | None = None
) -> None:
    mocked.post(f"{IDENTITY}/oauth/token", json={"access_token": "t", "token_type": "Bearer", "expires_in": 600})
    mocked.post(IDENTITY + PATH, status=status, json=body, headers=headers)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (409, "account_already_active", AccountAlreadyActive),
        (404, "account_unknown", AccountNotPending),
        (429, "mail_asked_too_soon", MailAskedTooSoon),
        (403, "forbidden", Unavailable),
        (422, "invalid_input", Unavailable),
        (429, "too_many_requests", Unavailable),
        (503, "unavailable", Unavailable),
        (500, "internal_error", Unavailable),
    ],
)
def test_each_no_of_identity_is_one_of_ours(status: int, code: str, expected: type[Refusal]) -> None:
    with responses.RequestsMock() as mocked:
        identity_answers(mocked, status, {"status": status, "code": code})

        with pytest.raises(Refusal) as refused:
            the_mails().request(COLLEAGUE, manager_id=MANAGER)

    assert type(refused.value) is expected


def test_when_it_can_be_asked_again_is_passed_on() -> None:
    with responses.RequestsMock() as mocked:
        identity_answers(mocked, 429, {"status": 429, "code": "mail_asked_too_soon"}, {"Retry-After": "187"})

        with pytest.raises(MailAskedTooSoon) as refused:
            the_mails().request(COLLEAGUE, manager_id=MANAGER)

    assert refused.value.headers == {"Retry-After": "187"}


@pytest.mark.parametrize("silent", ["/oauth/token", PATH])
def test_an_identity_that_is_away_is_told_as_such(silent: str) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        mocked.post(IDENTITY + silent, body=requests.ConnectionError())
        identity_answers(mocked, 202, {})

        with pytest.raises(Unavailable):
            the_mails().request(COLLEAGUE, manager_id=MANAGER)


def test_identity_is_asked_in_the_name_of_the_service_and_told_who_wants_it() -> None:
    with responses.RequestsMock() as mocked:
        identity_answers(mocked, 202, {})

        the_mails().request(COLLEAGUE, manager_id=MANAGER)

        token, mail_request = (call.request for call in mocked.calls)
    assert "client_id=structures" in str(token.body)
    assert mail_request.headers["Authorization"] == "Bearer t"
    assert json.loads(mail_request.body or "") == {"account_id": COLLEAGUE, "asked_by": MANAGER}


def test_threads_share_one_token() -> None:
    with responses.RequestsMock() as mocked:
        identity_answers(mocked, 202, {})
        mails = the_mails()

        together(*[lambda: mails.request(COLLEAGUE, manager_id=MANAGER)] * 4)

        paths = [(call.request.url or "").removeprefix(IDENTITY) for call in mocked.calls]
    assert (paths.count("/oauth/token"), paths.count(PATH)) == (1, 4)
