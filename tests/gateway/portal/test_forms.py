"""Forms: protected, kept, and clear about what is wrong."""

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import (
    CAPTCHA,
    TIC,
    a_captcha,
    a_link_state,
    a_manager,
    a_structure,
    an_espace,
    csrf_of,
    listed,
    sign_in,
)
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


@pytest.mark.parametrize(
    "path",
    ["/compte/nouveau", "/connexion", "/deconnexion", "/activation/abc", "/mot-de-passe/oublie", "/recuperation/abc"],
)
def test_a_form_without_its_csrf_token_is_refused_with_a_page(client: FlaskClient, identity: Stub, path: str) -> None:
    answer = client.post(path, data=NEW_ACCOUNT)

    assert answer.status_code == 400
    assert "Cette page a expiré" in answer.text
    assert identity.received == []


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
    identity.answer("POST", "/activations/check", {"expires_at": "2026-11-24T09:00:00+00:00"})

    client.get("/activation/abc")

    assert [call.path for call in identity.received] == ["/activations/check"]


def test_a_refused_option_is_told_at_its_own_field(client: FlaskClient, structures: Stub, espaces: Stub) -> None:
    # E-06
    sign_in(client)
    structures.answer("GET", "/structures/7", a_structure())
    espaces.answer("GET", "/structures/7/espaces", listed(an_espace()))
    espaces.refuse(
        "POST", "/structures/7/openings", 422, "invalid_input", ({"field": "options.pacage", "code": "invalid"},)
    )
    path = f"/structures/7/espaces/{TIC}/ouvrir"
    values = {"permissions": "MODIFICATION", "option_categorie": "CUMA", "option_pacage": "12"}

    answer = client.post(path, data=values | {"csrf_token": csrf_of(client, path)})

    assert answer.status_code == 422
    assert '<a href="#option_pacage">' in answer.text


def test_a_refusal_without_a_reason_decides_nothing(
    client: FlaskClient, identity: Stub, structures: Stub, espaces: Stub
) -> None:
    # S-10
    sign_in(client)
    a_manager(identity, structures, espaces)
    token = csrf_of(client, "/structures/7/demandes")

    answer = client.post(
        "/structures/7/demandes/rattachements", data={"csrf_token": token, "r-chosen": "71", "decision": "REFUSE"}
    )

    assert answer.status_code == 422
    assert '<a href="#r-reason">Indiquez le motif du refus.</a>' in answer.text
    assert not [call for call in structures.received if call.method == "POST"]
