"""Events about the safety of an account say on which device it was done, and no more than its names (A-16)."""

import pytest

from tests.services.identity.builders import EMAIL, NEW_PASSWORD, PASSWORD, Headers, Identity

pytestmark = pytest.mark.both_databases

QUESTION = {"secret_question": "Ma première moissonneuse ?", "secret_answer": "La rouge"}
CHROME = {"User-Agent": "Mozilla/5.0 (Linux; Android 16) Chrome/140.0.0.0 Mobile Safari/537.36"}


@pytest.fixture
def headers(identity: Identity) -> Headers:
    """Of a session of account 1."""
    identity.active_account(contact_email=EMAIL)
    return identity.signed_in()


@pytest.mark.parametrize(
    ("path", "body", "event"),
    [
        ("/accounts/me/password", {"password": NEW_PASSWORD}, "identity.password_changed.v1"),
        ("/accounts/me/secret-question", QUESTION, "identity.secret_question_changed.v1"),
        ("/accounts/me/login-email", {"login_email": "autre@exemple.fr"}, "identity.login_email_change_requested.v1"),
        ("/accounts/me/deactivation", {}, "identity.account_deactivated.v1"),
    ],
)
def test_a_notice_says_on_which_device_it_was_done_and_not_from_which_address(
    identity: Identity, headers: Headers, path: str, body: dict[str, str], event: str
) -> None:
    identity.post(path, {"current_password": PASSWORD, **body}, headers={**headers, **CHROME})

    (payload,) = identity.events(event)
    assert (payload["from_browser"], payload["from_system"]) == ("Chrome", "Android")
    assert "127.0.0.1" not in str(payload)


def test_a_new_contact_email_is_told_with_the_device_too(identity: Identity, headers: Headers) -> None:
    body = {"version": identity.me(headers)["version"], "contact_email": "n@x.fr", "current_password": PASSWORD}

    identity.client.patch("/accounts/me", json=body, headers={**headers, **CHROME})

    (payload,) = identity.events("identity.contact_email_change_requested.v1")
    assert (payload["from_browser"], payload["from_system"]) == ("Chrome", "Android")


def test_a_device_that_tells_no_name_is_left_out(identity: Identity, headers: Headers) -> None:
    identity.change_password(headers, NEW_PASSWORD)

    assert identity.events("identity.password_changed.v1") == [{"account_id": 1}]
