"""Second factors of one's own account: the authenticator app and the recovery codes (A-14)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from chassis.ground.clock import now
from tests.gateway.portal.builders import an_access_token, csrf_of, sign_in
from tests.gateway.portal.second_factors import ADDRESS, BASE, CODES, LATER, SECRET, has, post, sent
from tests.gateway.stubs import Stub

LINK = f"{BASE}/application/relier"
CONFIRMATION, RENEWAL = "/second-factors/authenticator-app/confirmation", "/second-factors/recovery-codes"


@pytest.mark.parametrize("path", ["", "/application/ajout", "/codes-de-secours", "/cles/ajout", "/cles/1/nom"])
def test_the_pages_are_for_people_who_are_signed_in(client: FlaskClient, path: str) -> None:
    answer = client.get(BASE + path)

    assert answer.status_code == 303
    assert answer.location.startswith("/connexion?suite=")


def begin(client: FlaskClient, identity: Stub) -> Any:
    """The answer to the password, after which the app's secret is shown."""
    begun = {"secret": SECRET, "address": ADDRESS, "expires_at": LATER}
    identity.answer("POST", "/second-factors/authenticator-app", begun, 201)
    return post(client, f"{BASE}/application/ajout", current_password="x")


def test_an_app_is_shown_as_qr_code_and_as_text_and_stands_in_no_address(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)

    answer = begin(client, identity)

    assert sent(identity) == {"current_password": "x"}
    assert (answer.status_code, answer.location) == (303, LINK)
    for page in (client.get(LINK), client.get(LINK)):
        assert "JBSW Y3DP EHPK 3PXP" in page.text
        assert 'src="data:image/svg+xml' in page.text
        assert "<script" not in page.text
        assert page.headers["Cache-Control"] == "no-store"


def test_a_wrong_password_is_told_beside_its_field(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    fault = ({"field": "current_password", "code": "current_password_wrong"},)
    identity.refuse("POST", "/second-factors/authenticator-app", 422, "current_password_wrong", fault)

    answer = post(client, f"{BASE}/application/ajout", current_password="x")

    assert answer.status_code == 422
    assert 'id="current_password-erreur"' in answer.text


def confirm(client: FlaskClient, code: str = "123456") -> Any:
    return post(client, LINK, code=code)


def test_a_wrong_first_code_shows_the_same_qr_code_again(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    begin(client, identity)
    fault = ({"field": "code", "code": "code_wrong"},)
    identity.refuse("POST", CONFIRMATION, 422, "code_wrong", fault)

    answer = confirm(client)

    assert answer.status_code == 422
    assert "JBSW Y3DP EHPK 3PXP" in answer.text
    assert "123456" not in answer.text


def test_an_app_that_waited_too_long_is_begun_again(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    begin(client, identity)
    identity.refuse("POST", CONFIRMATION, 409, "authenticator_app_not_begun")

    answer = confirm(client)

    assert answer.location == f"{BASE}/application/ajout"
    assert "a expiré" in client.get(answer.location).text


@pytest.mark.parametrize("path", [LINK, f"{BASE}/codes-de-secours/nouveaux", f"{BASE}/codes-de-secours/nouveaux.txt"])
def test_without_a_kept_secret_the_page_leads_back(client: FlaskClient, identity: Stub, path: str) -> None:
    sign_in(client)
    has(identity, app=True)

    answer = client.get(path)

    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200


def adds_an_app(client: FlaskClient, identity: Stub) -> Any:
    begin(client, identity)
    identity.answer("POST", CONFIRMATION, {"recovery_codes": CODES}, 201)
    return confirm(client)


def renew(client: FlaskClient) -> Any:
    return post(client, f"{BASE}/codes-de-secours", current_password="x")


def shown(client: FlaskClient) -> list[str]:
    page = client.get(f"{BASE}/codes-de-secours/nouveaux").text
    return [code for code in CODES if code in page]


def test_the_recovery_codes_stand_on_a_page_of_their_own_until_they_are_kept(
    client: FlaskClient, identity: Stub
) -> None:
    sign_in(client)
    has(identity, app=True)

    answer = adds_an_app(client, identity)

    assert (answer.status_code, answer.location) == (303, f"{BASE}/codes-de-secours/nouveaux")
    for _ in range(3):
        assert shown(client) == CODES
    assert client.get(answer.location).headers["Cache-Control"] == "no-store"
    assert CODES[0] not in client.get(BASE).text
    assert post(client, f"{BASE}/codes-de-secours/gardes", answer.location).location == BASE
    assert shown(client) == []


def test_the_codes_come_as_a_file_that_no_cache_keeps(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    adds_an_app(client, identity)

    answer = client.get(f"{BASE}/codes-de-secours/nouveaux.txt")

    assert answer.mimetype == "text/plain"
    assert [line for line in answer.text.splitlines() if line in CODES] == CODES
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_second_click_on_adding_an_app_leads_to_the_codes_too(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    begin(client, identity)
    token = csrf_of(client, LINK)
    identity.answer("POST", CONFIRMATION, {"recovery_codes": CODES}, 201)
    shown_with = client.get_cookie("guichet")
    assert shown_with
    client.post(LINK, data={"csrf_token": token, "code": "123456"})
    identity.refuse("POST", CONFIRMATION, 409, "authenticator_app_exists")

    client.set_cookie("guichet", shown_with.value)
    again = client.post(LINK, data={"csrf_token": token, "code": "123456"})

    assert again.location == f"{BASE}/codes-de-secours/nouveaux"
    assert shown(client) == CODES


def test_another_code_after_the_app_was_added_leads_to_the_codes_too(client: FlaskClient, identity: Stub) -> None:
    #
    sign_in(client)
    begin(client, identity)
    token = csrf_of(client, LINK)
    adds_an_app(client, identity)
    identity.refuse("POST", CONFIRMATION, 409, "authenticator_app_exists")

    again = client.post(LINK, data={"csrf_token": token, "code": "654321"})

    assert again.location == f"{BASE}/codes-de-secours/nouveaux"


def test_renewing_twice_voids_no_codes_that_were_just_printed(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    has(identity, app=True)
    identity.answer("POST", RENEWAL, {"recovery_codes": CODES}, 201)
    first = renew(client)

    again = renew(client)

    assert first.location == again.location == f"{BASE}/codes-de-secours/nouveaux"
    assert [one.path for one in identity.received].count(RENEWAL) == 1
    post(client, f"{BASE}/codes-de-secours/gardes", first.location)
    post(client, f"{BASE}/codes-de-secours", current_password="y")
    assert [one.path for one in identity.received].count(RENEWAL) == 2


def test_kept_codes_are_forgotten_after_a_quarter_of_an_hour_and_with_the_session(
    client: FlaskClient, identity: Stub
) -> None:
    sign_in(client, seconds=9000)
    adds_an_app(client, identity)

    with client.session_transaction() as session:
        session["access"] = an_access_token(sid="8", seconds=9000)
    assert shown(client) == []
    with client.session_transaction() as session:
        session["access"] = an_access_token(seconds=9000)
    assert shown(client) == CODES
    with time_machine.travel(now() + timedelta(minutes=16)):
        assert shown(client) == []


def test_the_cookie_shows_no_secret(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    begin(client, identity)
    identity.answer("POST", CONFIRMATION, {"recovery_codes": CODES}, 201)
    with client.session_transaction() as session:
        with_app = repr(dict(session))
    confirm(client)

    with client.session_transaction() as session:
        with_codes = repr(dict(session))
    assert SECRET not in with_app
    assert not any(code in with_codes for code in CODES)
    cookie = client.get_cookie("guichet")
    assert cookie
    assert len(cookie.value) < 3000


def test_with_a_further_factor_there_are_no_codes_to_show(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    begin(client, identity)
    identity.answer("POST", CONFIRMATION, {"recovery_codes": []}, 201)

    assert confirm(client).location == BASE


@pytest.mark.parametrize(
    ("factors", "sentence"),
    [
        ({}, "<strong>inactive</strong>"),
        ({"app": True}, "<strong>active</strong>"),
        ({"passkeys": 1}, "Clé &lt;1&gt;"),
        ({"passkeys": 1, "left": 0}, "Il ne vous en reste aucun."),
        ({"app": True, "left": 1}, "Il ne vous en reste qu"),
    ],
)
def test_the_page_says_what_there_is(
    client: FlaskClient, identity: Stub, factors: dict[str, Any], sentence: str
) -> None:
    sign_in(client)
    has(identity, **factors)

    assert sentence in client.get(BASE).text
