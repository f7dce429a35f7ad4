"""Second factors of one's own account: the authenticator app and the recovery codes (A-14)."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import sign_in
from tests.gateway.portal.second_factors import ADDRESS, BASE, CODES, LATER, SECRET, has, post, sent
from tests.gateway.stubs import Stub


@pytest.mark.parametrize("path", ["", "/application/ajout", "/codes-de-secours", "/cles/ajout", "/cles/1/nom"])
def test_the_pages_are_for_people_who_are_signed_in(client: FlaskClient, path: str) -> None:
    answer = client.get(BASE + path)

    assert answer.status_code == 303
    assert answer.location.startswith("/connexion?suite=")


def test_an_app_is_shown_as_qr_code_and_as_text_and_stands_in_no_address(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    identity.answer(
        "POST", "/second-factors/authenticator-app", {"secret": SECRET, "address": ADDRESS, "expires_at": LATER}, 201
    )

    answer = post(client, f"{BASE}/application/ajout", current_password="x")

    assert sent(identity) == {"current_password": "x"}
    assert "JBSW Y3DP EHPK 3PXP" in answer.text
    assert 'src="data:image/svg+xml' in answer.text
    assert "<script" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_wrong_password_is_told_beside_its_field(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    fault = ({"field": "current_password", "code": "current_password_wrong"},)
    identity.refuse("POST", "/second-factors/authenticator-app", 422, "current_password_wrong", fault)

    answer = post(client, f"{BASE}/application/ajout", current_password="x")

    assert answer.status_code == 422
    assert 'id="current_password-erreur"' in answer.text


def confirm(client: FlaskClient, **data: str) -> Any:
    return post(client, f"{BASE}/application/confirmation", f"{BASE}/application/ajout", **data)


def test_a_wrong_first_code_shows_the_same_qr_code_again(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    fault = ({"field": "code", "code": "code_wrong"},)
    identity.refuse("POST", "/second-factors/authenticator-app/confirmation", 422, "code_wrong", fault)

    answer = confirm(client, code="123456", address=ADDRESS)

    assert answer.status_code == 422
    assert "JBSW Y3DP EHPK 3PXP" in answer.text
    assert "123456" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://evil.test/?secret=x",
        "otpauth://totp/x",
        "javascript:alert(1)",
        f"otpauth://totp/x?secret={'A' * 3000}",
        f"otpauth://totp/{'é' * 1500}?secret=x",
    ],
    ids=lambda address: address[:30],
)
def test_only_an_address_for_an_app_is_drawn(client: FlaskClient, identity: Stub, address: str) -> None:
    sign_in(client)

    answer = confirm(client, code="", address=address)

    assert (answer.status_code, answer.location) == (303, f"{BASE}/application/ajout")


def test_an_app_that_waited_too_long_is_begun_again(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    identity.refuse("POST", "/second-factors/authenticator-app/confirmation", 409, "authenticator_app_not_begun")

    answer = confirm(client, code="123456", address=ADDRESS)

    assert answer.location == f"{BASE}/application/ajout"
    assert "a expiré" in client.get(answer.location).text


def test_the_recovery_codes_are_shown_once_in_a_page_that_nobody_keeps(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    has(identity, app=True)
    identity.answer("POST", "/second-factors/authenticator-app/confirmation", {"recovery_codes": CODES}, 201)

    answer = confirm(client, code="123456", address=ADDRESS)

    assert [code for code in CODES if code not in answer.text] == []
    assert answer.headers["Cache-Control"] == "no-store"
    assert CODES[0] not in client.get(BASE).text


def test_with_a_further_factor_there_are_no_codes_to_show(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    identity.answer("POST", "/second-factors/authenticator-app/confirmation", {"recovery_codes": []}, 201)

    assert confirm(client, code="123456", address=ADDRESS).location == BASE


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
