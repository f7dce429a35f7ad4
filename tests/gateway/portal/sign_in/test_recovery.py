"""Recovery of a forgotten password: the pages, and the next step from each dead link."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.gateway.portal.builders import CAPTCHA, a_captcha, a_recovery_link, csrf_of, sign_in
from tests.gateway.stubs import Stub

REQUEST, LINK = "/mot-de-passe/oublie", "/recuperation/abc"
PASSWORD = "une jument noire dans la vallée"
WRONG = ({"field": "secret_answer", "code": "recovery_answer_wrong"},)


@pytest.fixture(autouse=True)
def _identity(identity: Stub) -> None:
    identity.answer("POST", "/captchas", a_captcha(), 201)
    identity.answer("POST", "/recoveries/check", a_recovery_link())


def recover(client: FlaskClient, **changes: Any) -> TestResponse:
    usual = {"secret_answer": "Médor", "password": PASSWORD, "password_again": PASSWORD}
    return client.post(LINK, data={**usual, "csrf_token": csrf_of(client, LINK), **changes})


def test_the_sign_in_page_leads_to_recovery(client: FlaskClient) -> None:
    assert f'href="{REQUEST}"' in client.get("/connexion").text


def test_asking_for_the_mail_says_the_same_whatever_the_address(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/recoveries/requests", {}, 202)
    values = {"login_email": "camille@tilleuls.example", "captcha_id": CAPTCHA, "captcha_answer": "xwwx8"}

    answer = client.post(REQUEST, data={**values, "csrf_token": csrf_of(client, REQUEST)})

    assert (answer.status_code, answer.location) == (303, "/mot-de-passe/oublie/envoye")
    assert json.loads(identity.last().body) == values
    assert "Si un compte existe à cette adresse" in client.get(answer.location).text


def test_a_wrong_captcha_keeps_the_address(client: FlaskClient, identity: Stub) -> None:
    errors = ({"field": "captcha_answer", "code": "captcha_wrong"},)
    identity.refuse("POST", "/recoveries/requests", 422, "captcha_wrong", errors)
    values = {"login_email": "camille@tilleuls.example", "captcha_id": CAPTCHA, "captcha_answer": "xwwx8"}

    answer = client.post(REQUEST, data={**values, "csrf_token": csrf_of(client, REQUEST)})

    assert answer.status_code == 422
    assert 'value="camille@tilleuls.example"' in answer.text
    assert "xwwx8" not in answer.text


def test_the_link_shows_the_question_and_consumes_nothing(client: FlaskClient, identity: Stub) -> None:
    answer = client.get(LINK)

    assert answer.status_code == 200
    assert "<bdi>Premier animal ?</bdi>" in answer.text
    assert {call.path for call in identity.received} == {"/recoveries/check"}
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_question_stays_text(client: FlaskClient, identity: Stub) -> None:
    identity.answer(
        "POST", "/recoveries/check", a_recovery_link() | {"secret_question": "\u200f<script>x</script> \U00020bb7"}
    )

    assert "<bdi>\u200f&lt;script&gt;x&lt;/script&gt; \U00020bb7</bdi>" in client.get(LINK).text


def test_names_cannot_leave_the_attribute_that_holds_them(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/recoveries/check", a_recovery_link(last_name="O'\"><script>alert(1)</script>"))

    text = client.get(LINK).text

    assert "<script>alert" not in text
    assert "O'\"" not in text


def test_a_new_password_leads_to_the_sign_in_page_and_signs_nobody_in(client: FlaskClient, identity: Stub) -> None:
    #
    sign_in(client)
    identity.answer("POST", "/recoveries", status=204)

    answer = recover(client)

    assert (answer.status_code, answer.location) == (303, "/connexion")
    assert json.loads(identity.last().body) == {"token": "abc", "secret_answer": "Médor", "password": PASSWORD}
    with client.session_transaction() as session:
        assert not {"access", "refresh"} & session.keys()
    assert "Votre mot de passe est changé." in client.get("/connexion").text


def test_a_wrong_answer_is_told_at_its_field_with_the_tries_that_are_left(client: FlaskClient, identity: Stub) -> None:
    #
    identity.refuse("POST", "/recoveries", 422, "recovery_answer_wrong", WRONG)
    identity.answer("POST", "/recoveries/check", a_recovery_link() | {"tries_left": 1})

    answer = recover(client)

    assert answer.status_code == 422
    assert '<a href="#secret_answer">Ce n&#39;est pas la réponse' in answer.text
    assert "Il vous reste 1 essai." in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"secret_answer": " "}, "Répondez à votre question secrète."),
        ({"password": ""}, "Choisissez un mot de passe."),
        ({"password_again": "autre chose"}, "Les deux mots de passe sont différents."),
    ],
)
def test_what_is_missing_is_told_without_asking_identity(
    client: FlaskClient, identity: Stub, changes: dict[str, str], sentence: str
) -> None:
    answer = recover(client, **changes)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "/recoveries" not in {call.path for call in identity.received}


@pytest.mark.parametrize(
    ("status", "code", "title", "leads_to_sign_in"),
    [
        (404, "recovery_link_unknown", "Ce lien n&#39;est pas valable", False),
        (410, "recovery_link_expired", "Ce lien a expiré", False),
        (410, "recovery_link_superseded", "Un lien plus récent vous a été envoyé", False),
        (410, "recovery_link_burnt", "Ce lien ne fonctionne plus", False),
        (410, "recovery_link_used", "Ce lien a déjà servi", True),
    ],
)
def test_each_dead_link_has_its_page_with_the_next_step(
    client: FlaskClient, identity: Stub, status: int, code: str, title: str, leads_to_sign_in: bool
) -> None:
    token = csrf_of(client, LINK)
    identity.refuse("POST", "/recoveries", status, code)
    values = {"secret_answer": "Médor", "password": PASSWORD, "password_again": PASSWORD, "csrf_token": token}
    sent = client.post(LINK, data=values)
    identity.refuse("POST", "/recoveries/check", status, code)
    opened = client.get(LINK)

    for answer in (sent, opened):
        assert answer.status_code == status
        assert f"<h1>{title}</h1>" in answer.text
        assert f'href="{REQUEST}">Demander un nouveau lien' in answer.text
        assert ('class="button" href="/connexion"' in answer.text) == leads_to_sign_in


def test_a_deactivated_account_is_told_so(client: FlaskClient, identity: Stub) -> None:
    identity.refuse("POST", "/recoveries", 409, "account_not_active")

    answer = recover(client)

    assert answer.status_code == 409
    assert "Ce compte n&#39;est pas actif." in answer.text
