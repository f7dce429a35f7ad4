"""Mon compte against an identity that says no (A-12)."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.portal.my_account.my_login_email import DEAD_LINKS
from tests.gateway.portal.builders import a_list, an_account, an_attached_structure, csrf_of, sign_in
from tests.gateway.stubs import Stub

DETAILS = {
    "last_name": "Morel",
    "first_name": "Jeanne",
    "contact_email": "contact@tilleuls.example",
    "street": "3 chemin des Prés",
    "postcode": "64000",
    "town": "Pau",
    "country": "FR",
}
PASSWORD = "un mot de passe que je retiens"
NEW = "encore un mot de passe que je retiens"
FORMS = {
    "/mon-compte/informations": {**DETAILS, "version": "3"},
    "/mon-compte/mot-de-passe": {"current_password": PASSWORD, "password": NEW, "password_again": NEW},
    "/mon-compte/question-secrete": {
        "current_password": PASSWORD,
        "secret_question": "autre",
        "own_question": "Mon premier tracteur ?",
        "secret_answer": "Le rouge",
    },
    "/mon-compte/adresse-de-connexion": {"current_password": PASSWORD, "login_email": "neuve@tilleuls.example"},
    "/mon-compte/desactivation": {"current_password": PASSWORD},
}
ROUTES = {
    "/mon-compte/informations": ("PATCH", "/accounts/me"),
    "/mon-compte/mot-de-passe": ("POST", "/accounts/me/password"),
    "/mon-compte/question-secrete": ("POST", "/accounts/me/secret-question"),
    "/mon-compte/adresse-de-connexion": ("POST", "/accounts/me/login-email"),
    "/mon-compte/desactivation": ("POST", "/accounts/me/deactivation"),
}
WRONG = ({"field": "current_password", "code": "current_password_wrong"},)
CONFIRM = "/adresse-de-connexion/a-token"
TOO_LATE = {"login_email_taken", "account_not_active"}
"""Refusals that only confirming brings, not checking the link."""


@pytest.fixture
def mine(client: FlaskClient, identity: Stub, structures: Stub) -> FlaskClient:
    """Signed in."""
    sign_in(client)
    identity.answer("GET", "/accounts/me", an_account())
    structures.answer("GET", "/personal-data/obstacles", a_list())
    return client


def send(client: FlaskClient, page: str, **changes: Any) -> Any:
    return client.post(page, data={**FORMS[page], **changes, "csrf_token": csrf_of(client, page)})


@pytest.mark.parametrize("page", FORMS)
def test_whoever_is_not_signed_in_signs_in_first(client: FlaskClient, page: str) -> None:
    assert client.get(page).location == f"/connexion?suite={page}"


@pytest.mark.parametrize("page", FORMS)
def test_a_forged_form_changes_nothing(mine: FlaskClient, identity: Stub, page: str) -> None:
    answer = mine.post(page, data=FORMS[page])

    assert answer.status_code == 400
    assert all(one.method == "GET" for one in identity.received)


@pytest.mark.parametrize("page", [page for page in FORMS if "informations" not in page])
def test_a_wrong_current_password_is_told_at_its_field(mine: FlaskClient, identity: Stub, page: str) -> None:
    identity.refuse(*ROUTES[page], 422, "current_password_wrong", WRONG)

    answer = send(mine, page)

    assert answer.status_code == 422
    assert '<a href="#current_password">Ce n&#39;est pas votre mot de passe actuel.' in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("page", FORMS)
def test_a_session_that_has_ended_leads_back_to_signing_in(mine: FlaskClient, identity: Stub, page: str) -> None:
    token = csrf_of(mine, page)
    identity.refuse(*ROUTES[page], 401, "session_ended")

    answer = mine.post(page, data={**FORMS[page], "csrf_token": token})

    assert answer.location == f"/connexion?suite={page}"


@pytest.mark.parametrize("page", FORMS)
def test_a_session_that_wrong_passwords_ended_says_why_where_one_signs_in(
    mine: FlaskClient, identity: Stub, page: str
) -> None:
    token = csrf_of(mine, page)
    identity.refuse(*ROUTES[page], 401, "session_ended_by_guesses")

    answer = mine.post(page, data={**FORMS[page], "csrf_token": token})

    assert answer.location == f"/connexion?suite={page}"
    assert "par sécurité, cette session est fermée" in mine.get(answer.location).text


@pytest.mark.parametrize("page", FORMS)
def test_what_is_missing_is_told_without_asking_identity(mine: FlaskClient, identity: Stub, page: str) -> None:
    token = csrf_of(mine, page)

    answer = mine.post(page, data={**dict.fromkeys(FORMS[page], ""), "csrf_token": token})

    assert answer.status_code == 422
    assert all(one.method == "GET" for one in identity.received)


def test_details_are_sent_with_the_version_that_was_read(mine: FlaskClient, identity: Stub) -> None:
    identity.answer("PATCH", "/accounts/me", an_account(town="Lyon"))

    answer = send(mine, "/mon-compte/informations", town="Lyon")

    assert (answer.status_code, answer.location) == (303, "/mon-compte")
    assert json.loads(identity.last().body) == {"version": 3, **DETAILS, "town": "Lyon"}


def test_what_another_page_saved_is_shown_beside_what_was_typed(mine: FlaskClient, identity: Stub) -> None:
    identity.refuse("PATCH", "/accounts/me", 409, "account_changed_meanwhile")
    token = csrf_of(mine, "/mon-compte/informations")
    identity.answer("GET", "/accounts/me", an_account(town="Lyon", country="BE", version=4))

    answer = mine.post("/mon-compte/informations", data={**DETAILS, "version": "3", "csrf_token": token})

    assert answer.status_code == 409
    assert "Enregistré entre-temps" in answer.text
    assert "Lyon" in answer.text
    assert "Belgique\N{NO-BREAK SPACE}»" in answer.text
    assert 'value="Pau"' in answer.text
    assert re.search(r'name="version"[^>]*value="4"', answer.text)


@pytest.mark.parametrize("version", ["", "x", "-", "3.5"])
def test_a_tampered_version_saves_nothing(mine: FlaskClient, identity: Stub, version: str) -> None:
    assert send(mine, "/mon-compte/informations", version=version).status_code == 422

    assert all(one.method == "GET" for one in identity.received)


def test_two_different_new_passwords_are_not_sent(mine: FlaskClient, identity: Stub) -> None:
    answer = send(mine, "/mon-compte/mot-de-passe", password_again="another one, quite")

    assert "Les deux mots de passe sont différents" in answer.text
    assert all(one.method == "GET" for one in identity.received)


def test_a_question_of_ones_own_is_sent(mine: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/accounts/me/secret-question", status=204)

    assert send(mine, "/mon-compte/question-secrete").location == "/mon-compte"

    assert json.loads(identity.last().body)["secret_question"] == "Mon premier tracteur ?"


def test_an_address_that_waits_is_shown_with_a_way_to_keep_the_old_one(mine: FlaskClient, identity: Stub) -> None:
    identity.answer("GET", "/accounts/me", an_account(awaited_login_email="neuve@tilleuls.example"))

    assert "neuve@tilleuls.example" in mine.get("/mon-compte/adresse-de-connexion").text


@pytest.mark.parametrize("refused", [False, True])
def test_keeping_the_address_twice_is_as_good_as_once(mine: FlaskClient, identity: Stub, refused: bool) -> None:
    token = csrf_of(mine, "/mon-compte/adresse-de-connexion")
    if refused:
        identity.refuse("DELETE", "/accounts/me/login-email", 409, "no_login_email_awaited")
    else:
        identity.answer("DELETE", "/accounts/me/login-email", status=204)

    answer = mine.post("/mon-compte/adresse-de-connexion/annulation", data={"csrf_token": token})

    assert (answer.status_code, answer.location) == (303, "/mon-compte/adresse-de-connexion")


def test_opening_the_link_confirms_nothing(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/login-emails/check", {"expires_at": "2026-11-24T09:00:00+00:00", "login_email": "n@x.fr"})

    answer = client.get(CONFIRM)

    assert answer.status_code == 200
    assert "n@x.fr" in answer.text
    assert [one.path for one in identity.received] == ["/login-emails/check"]
    assert "Authorization" not in identity.last().headers


def test_a_confirmed_address_leads_to_signing_in_with_it(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/login-emails/check", {"expires_at": "2026-11-24T09:00:00+00:00", "login_email": "n@x.fr"})
    identity.answer("POST", "/login-emails", status=204)

    answer = client.post(CONFIRM, data={"csrf_token": csrf_of(client, CONFIRM)})

    assert answer.status_code == 200
    assert "Votre adresse de connexion est confirmée" in answer.text
    assert "n@x.fr" in answer.text
    assert 'href="/connexion"' in answer.text


@pytest.mark.parametrize("code", sorted(DEAD_LINKS.keys() - TOO_LATE))
def test_a_dead_link_says_why_and_what_next(client: FlaskClient, identity: Stub, code: str) -> None:
    status = 404 if code == "login_email_link_unknown" else 410
    identity.refuse("POST", "/login-emails/check", status, code)

    answer = client.get(CONFIRM)

    assert answer.status_code == status
    assert f"<h1>{DEAD_LINKS[code][0]}".replace("'", "&#39;") in answer.text


@pytest.mark.parametrize("code", sorted(TOO_LATE))
def test_an_address_that_can_no_longer_be_confirmed_says_why_and_what_next(
    client: FlaskClient, identity: Stub, code: str
) -> None:
    identity.answer("POST", "/login-emails/check", {"expires_at": "2026-11-24T09:00:00+00:00", "login_email": "n@x.fr"})
    identity.refuse("POST", "/login-emails", 409, code)

    answer = client.post(CONFIRM, data={"csrf_token": csrf_of(client, CONFIRM)})

    assert answer.status_code == 409
    assert f"<h1>{DEAD_LINKS[code][0]}".replace("'", "&#39;") in answer.text


def test_whoever_deactivates_their_account_is_signed_out_here(mine: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/accounts/me/deactivation", status=204)

    answer = send(mine, "/mon-compte/desactivation")

    assert (answer.status_code, answer.location) == (303, "/")
    with mine.session_transaction() as session:
        assert "access" not in session
        assert "refresh" not in session


def test_the_only_manager_of_a_structure_is_told_what_deactivation_means_for_it(
    mine: FlaskClient, structures: Stub
) -> None:  # S-12
    structures.answer("GET", "/personal-data/obstacles", a_list(an_attached_structure(name="EARL Seule")))

    assert "EARL Seule" in mine.get("/mon-compte/desactivation").text
