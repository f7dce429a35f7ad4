"""Pages reached from a mail, opened where somebody else is signed in: they act on no other account than the mail's."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import a_link_state, a_recovery_link, csrf_of, sign_in
from tests.gateway.stubs import Stub

MENU, SIGN_OUT = "Navigation principale", "Se déconnecter"
EXPIRES = {"expires_at": "2026-11-24T09:00:00+00:00"}
PASSWORD = "un mot de passe que je retiens"
CHOSEN = {"password": PASSWORD, "password_again": PASSWORD, "secret_answer": "Le rouge"}
QUESTION = {"secret_question": "autre", "own_question": "Mon premier tracteur ?"}
PAGES: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "/activation/t": ("/activations", a_link_state(), CHOSEN | QUESTION),
    "/recuperation/t": ("/recoveries", a_recovery_link(), CHOSEN),
    "/adresse-de-connexion/t": ("/login-emails", EXPIRES | {"login_email": "n@x.fr"}, {}),
    "/adresse-de-contact/t": ("/contact-emails", EXPIRES | {"contact_email": "n@x.fr"}, {}),
}
"""What each asks of identity, what that answers, and the form."""
CODES = {"/activations": "activation", "/recoveries": "recovery", "/login-emails": "login_email"}


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, identity: Stub) -> str:
    route, state, _ = PAGES[request.param]
    identity.answer("POST", f"{route}/check", state)
    identity.answer("POST", route, status=204)
    return str(request.param)


@pytest.fixture
def alice(client: FlaskClient) -> FlaskClient:
    """Signed in, with a message that is for her."""
    sign_in(client)
    with client.session_transaction() as session:
        session["_flashes"] = [("message", "Un mot pour Alice.")]
    return client


def send(client: FlaskClient, page: str) -> Any:
    return client.post(page, data={**PAGES[page][2], "csrf_token": csrf_of(client, page)})


def test_it_shows_neither_the_menu_nor_the_messages_of_whoever_is_signed_in(alice: FlaskClient, page: str) -> None:
    text = alice.get(page).text

    assert (MENU in text, SIGN_OUT in text, "Un mot pour Alice." in text) == (False, False, False)
    assert "quel que soit le compte ouvert dans ce navigateur" in text
    assert "Un mot pour Alice." in alice.get("/compte/nouveau/envoye").text


def test_it_has_the_menu_of_a_visitor_where_nobody_is_signed_in(client: FlaskClient, page: str) -> None:
    text = client.get(page).text

    assert MENU in text
    assert "quel que soit le compte" not in text


def test_what_it_does_is_done_in_nobodys_name(alice: FlaskClient, identity: Stub, page: str) -> None:
    send(alice, page)

    assert identity.last().path == PAGES[page][0]
    assert "Authorization" not in identity.last().headers


@pytest.mark.parametrize("page", ["/activation/t", "/recuperation/t"], indirect=True)
def test_a_chosen_password_leads_to_signing_in_with_nobody_signed_in(alice: FlaskClient, page: str) -> None:
    answer = send(alice, page)

    assert (answer.status_code, answer.location) == (303, "/connexion")
    with alice.session_transaction() as session:
        assert "access" not in session
    text = alice.get("/connexion").text
    assert (SIGN_OUT in text, "Un mot pour Alice." in text) == (False, False)


@pytest.mark.parametrize("page", ["/adresse-de-connexion/t", "/adresse-de-contact/t"], indirect=True)
def test_a_confirmed_address_leaves_the_other_session_and_says_nothing_on_its_pages(
    alice: FlaskClient, page: str
) -> None:
    answer = send(alice, page)

    assert answer.status_code == 200
    assert "est confirmée" in answer.text
    assert SIGN_OUT not in answer.text
    with alice.session_transaction() as session:
        assert "access" in session
    assert "confirmée" not in alice.get("/compte/nouveau/envoye").text


@pytest.mark.parametrize("reason", ["expired", "used", "superseded"])
def test_a_dead_link_is_said_apart_too(alice: FlaskClient, identity: Stub, page: str, reason: str) -> None:
    route = PAGES[page][0]
    identity.refuse("POST", f"{route}/check", 410, f"{CODES.get(route, 'contact_email')}_link_{reason}")

    answer = alice.get(page)

    assert answer.status_code == 410
    assert MENU not in answer.text
