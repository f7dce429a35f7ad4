"""Sign-up: input preserved, errors at their fields."""

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import CAPTCHA, a_captcha, csrf_of
from tests.gateway.stubs import Stub
from tests.kit.people import ADDRESS

NEW_ACCOUNT = {
    "login_email": "camille@tilleuls.example",
    "last_name": "Durand",
    "first_name": "Camille",
    **ADDRESS,
    "captcha_id": CAPTCHA,
    "captcha_answer": "xwwx8",
}


@pytest.fixture(autouse=True)
def _captchas(identity: Stub) -> None:
    identity.answer("POST", "/captchas", a_captcha(), 201)


def test_what_is_missing_is_told_on_top_and_at_the_field_and_the_rest_is_kept(client: FlaskClient) -> None:
    values = NEW_ACCOUNT | {"last_name": " ", "csrf_token": csrf_of(client, "/compte/nouveau")}

    answer = client.post("/compte/nouveau", data=values)

    assert answer.status_code == 422
    assert "<title>Erreur : " in answer.text
    assert '<a href="#last_name">Indiquez votre nom.</a>' in answer.text
    assert 'aria-describedby="last_name-erreur" aria-invalid="true"' in answer.text
    assert 'value="10 rue du Centre"' in answer.text


def test_what_a_service_refuses_is_told_at_the_field_with_a_new_image(client: FlaskClient, identity: Stub) -> None:
    #
    identity.refuse("POST", "/accounts", 422, "captcha_wrong", ({"field": "captcha_answer", "code": "captcha_wrong"},))
    values = NEW_ACCOUNT | {"csrf_token": csrf_of(client, "/compte/nouveau")}

    answer = client.post("/compte/nouveau", data=values)

    assert answer.status_code == 422
    assert '<a href="#captcha_answer">' in answer.text
    assert 'value="xwwx8"' not in answer.text
    assert 'value="camille@tilleuls.example"' in answer.text
    assert identity.last().path == "/captchas"


def test_another_image_keeps_what_was_typed_and_reproaches_nothing(client: FlaskClient, identity: Stub) -> None:
    #
    token = csrf_of(client, "/compte/nouveau")
    identity.received.clear()

    answer = client.post("/compte/nouveau", data={"csrf_token": token, "town": "Pau", "autre_image": "oui"})

    assert answer.status_code == 200
    assert 'value="Pau"' in answer.text
    assert "Erreur" not in answer.text
    assert [call.path for call in identity.received] == ["/captchas"]


def test_a_new_account_is_asked_for_and_the_page_can_be_reloaded(client: FlaskClient, identity: Stub) -> None:
    # the contact e-mail defaults to the login e-mail, so it is left out.
    identity.answer("POST", "/accounts", {}, 202)
    values = NEW_ACCOUNT | {"csrf_token": csrf_of(client, "/compte/nouveau"), "contact_email": ""}

    answer = client.post("/compte/nouveau", data=values)

    assert (answer.status_code, answer.location) == (303, "/compte/nouveau/envoye")
    assert b"contact_email" not in identity.last().body
