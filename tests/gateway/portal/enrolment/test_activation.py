"""Activation: the mailed link and its form."""

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import a_captcha, a_link_state, csrf_of
from tests.gateway.stubs import Stub


@pytest.fixture(autouse=True)
def _captchas(identity: Stub) -> None:
    identity.answer("POST", "/captchas", a_captcha(), 201)


def test_passwords_are_never_written_back(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/activations/check", a_link_state())
    identity.refuse(
        "POST", "/activations", 422, "invalid_input", ({"field": "password", "code": "password_too_common"},)
    )
    values = {"password": "motdepasse123", "password_again": "motdepasse123", "secret_answer": "Médor"}
    values |= {
        "secret_question": "autre",
        "own_question": "Mon chien ?",
        "csrf_token": csrf_of(client, "/activation/abc"),
    }

    answer = client.post("/activation/abc", data=values)

    assert answer.status_code == 422
    assert "trop courant" in answer.text
    assert "motdepasse123" not in answer.text
    assert 'value="Mon chien ?"' in answer.text


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (404, "activation_link_unknown", "Ce lien n'est pas valable"),
        (410, "activation_link_expired", "Ce lien a expiré"),
        (410, "activation_link_used", "Ce lien a déjà servi"),
        (410, "activation_link_superseded", "Un lien plus récent vous a été envoyé"),
    ],
)
def test_a_dead_activation_link_says_why_and_what_next(
    client: FlaskClient, identity: Stub, status: int, code: str, sentence: str
) -> None:
    #
    identity.refuse("POST", "/activations/check", status, code)

    answer = client.get("/activation/abc")

    assert answer.status_code == status
    assert sentence in answer.text.replace("&#39;", "'")
    assert ("Se connecter</a></div>" if "used" in code else "Renvoyer le courriel") in answer.text


def test_opening_the_activation_page_consumes_nothing(client: FlaskClient, identity: Stub) -> None:
    #
    identity.answer("POST", "/activations/check", a_link_state())

    client.get("/activation/abc")

    assert [call.path for call in identity.received] == ["/activations/check"]
