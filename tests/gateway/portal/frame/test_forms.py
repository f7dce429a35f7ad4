"""Forms are protected against forgery."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.gateway.portal.builders import CAPTCHA, a_captcha, a_link_state, a_recovery_link, csrf_in, csrf_of, sign_in
from tests.gateway.stubs import Stub

NEW_ACCOUNT = {
    "login_email": "camille@tilleuls.example",
    "last_name": "Durand",
    "first_name": "Camille",
    "street": "10 rue du Centre",
    "postcode": "93160",
    "town": "Noisy-le-Grand",
    "country": "FR",
    "captcha_id": CAPTCHA,
    "captcha_answer": "xwwx8",
}


@pytest.fixture(autouse=True)
def _captchas(identity: Stub) -> None:
    identity.answer("POST", "/captchas", a_captcha(), 201)


SENT_BY_STRANGERS = ["/compte/nouveau", "/connexion", "/activation/abc", "/mot-de-passe/oublie", "/recuperation/abc"]


@pytest.mark.parametrize("path", [*SENT_BY_STRANGERS, "/deconnexion"])
def test_a_form_without_its_csrf_token_does_nothing(client: FlaskClient, identity: Stub, path: str) -> None:
    identity.answer("POST", "/activations/check", a_link_state())
    identity.answer("POST", "/recoveries/check", a_recovery_link())

    answer = client.post(path, data=NEW_ACCOUNT)

    assert answer.status_code == 400
    assert "rien n&#39;a été enregistré" in answer.text
    assert {request.path for request in identity.received} <= {"/captchas", "/activations/check", "/recoveries/check"}


@pytest.mark.parametrize("path", ["/compte/nouveau", "/compte/nouveau/renvoi", "/connexion", "/mot-de-passe/oublie"])
def test_a_form_that_expired_where_nobody_needs_to_be_signed_in_comes_back_with_what_was_typed(
    client: FlaskClient, identity: Stub, path: str
) -> None:
    stale = csrf_of(client, path)
    with client.session_transaction() as session:
        session["csrf_token"] = "of the session that was begun in another tab"

    answer = client.post(path, data=NEW_ACCOUNT | {"csrf_token": stale})

    assert answer.status_code == 400
    assert "Cette page avait expiré" in answer.text
    assert 'value="camille@tilleuls.example"' in answer.text
    assert csrf_in(answer.text) != stale
    assert "/accounts" not in {request.path for request in identity.received}


def test_what_comes_back_can_be_sent(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/accounts", {}, 202)
    again = csrf_in(client.post("/compte/nouveau", data=NEW_ACCOUNT).text)

    answer = client.post("/compte/nouveau", data=NEW_ACCOUNT | {"csrf_token": again})

    assert (answer.status_code, answer.location) == (303, "/compte/nouveau/envoye")


def test_a_browser_without_cookies_is_told_that_they_are_needed(gateway: Flask) -> None:
    without_cookies = gateway.test_client(use_cookies=False)
    token = csrf_in(without_cookies.get("/compte/nouveau").text)

    answer = without_cookies.post("/compte/nouveau", data=NEW_ACCOUNT | {"csrf_token": token})

    assert answer.status_code == 400
    assert "autorisez les cookies de ce site" in answer.text


@pytest.mark.parametrize(
    "path", ["/mon-compte/informations", "/structures/nouvelle/saisie", "/mon-compte/donnees/effacement"]
)
def test_who_signed_out_in_another_tab_signs_in_and_is_told_that_nothing_was_done(
    client: FlaskClient, path: str
) -> None:
    answer = client.post(path, data={"csrf_token": "of a session that ended"})

    assert answer.status_code == 303
    assert answer.location.startswith("/connexion?suite=")
    assert "votre dernier envoi n&#39;a rien changé" in client.get(answer.location).text


def test_a_form_of_one_person_is_not_shown_again_to_another(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)

    answer = client.post("/mon-compte/informations", data=NEW_ACCOUNT | {"csrf_token": "of another person's session"})

    assert answer.status_code == 400
    assert "Cette page a expiré" in answer.text
    assert "camille@tilleuls.example" not in answer.text


def test_the_api_needs_no_form_token(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/captchas", a_captcha(), 201)

    answer = client.post("/api/v1/captchas")

    assert answer.status_code == 201
