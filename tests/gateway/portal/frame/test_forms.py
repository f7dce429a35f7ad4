"""Forms are protected against forgery."""

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import CAPTCHA, a_captcha
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


@pytest.mark.parametrize(
    "path",
    ["/compte/nouveau", "/connexion", "/deconnexion", "/activation/abc", "/mot-de-passe/oublie", "/recuperation/abc"],
)
def test_a_form_without_its_csrf_token_is_refused_with_a_page(client: FlaskClient, identity: Stub, path: str) -> None:
    answer = client.post(path, data=NEW_ACCOUNT)

    assert answer.status_code == 400
    assert "Cette page a expiré" in answer.text
    assert identity.received == []


def test_the_api_needs_no_form_token(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/captchas", a_captcha(), 201)

    answer = client.post("/api/v1/captchas")

    assert answer.status_code == 201
