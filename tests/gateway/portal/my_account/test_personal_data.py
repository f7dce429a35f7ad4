"""Mes données, under Mon compte: the copy and the erasure (A-15)."""

import json
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.gateway.portal.builders import a_list, a_manager, an_attached_structure, csrf_of, sign_in
from tests.gateway.stubs import Stub

PAGE = "/mon-compte/donnees"
ERASURE = f"{PAGE}/effacement"
OBSTACLES = "/personal-data/obstacles"
PASSWORD = "un cheval pâle sur la colline"


@pytest.fixture
def person(client: FlaskClient, identity: Stub, structures: Stub) -> FlaskClient:
    """Signed in, and free to go."""
    sign_in(client)
    structures.answer("GET", OBSTACLES, a_list())
    identity.answer("POST", "/personal-data/erasure", status=204)
    return client


def erase(person: FlaskClient, **changes: Any) -> TestResponse:
    usual = {"current_password": PASSWORD, "understood": "y", "csrf_token": csrf_of(person, PAGE)}
    return person.post(ERASURE, data={**usual, **changes})


def sent(identity: Stub) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in identity.received if one.path == "/personal-data/erasure"]


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}/guichet-mes-donnees.json"])
def test_a_stranger_signs_in_first(client: FlaskClient, page: str) -> None:
    answer = client.get(page)

    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/connexion")


def test_a_form_that_was_not_ours_erases_nothing(person: FlaskClient, identity: Stub) -> None:
    answer = erase(person, csrf_token="forged")

    assert answer.status_code == 400
    assert sent(identity) == []


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("current_password", "Saisissez votre mot de passe actuel."), ("understood", "Cochez cette case")],
)
def test_without_password_or_tick_nothing_is_erased(
    person: FlaskClient, identity: Stub, missing: str, sentence: str
) -> None:
    answer = erase(person, **{missing: ""})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'href="#{missing}"' in answer.text
    assert sent(identity) == []


def test_what_identity_says_no_to_is_told_at_its_field(person: FlaskClient, identity: Stub) -> None:
    error = {"field": "current_password", "code": "current_password_wrong"}
    identity.refuse("POST", "/personal-data/erasure", 422, "current_password_wrong", (error,))

    answer = erase(person)

    assert answer.status_code == 422
    assert 'id="current_password-erreur"' in answer.text
    with person.session_transaction() as session:
        assert "access" in session


def test_who_manages_a_structure_alone_sees_which_and_no_button(
    person: FlaskClient, identity: Stub, structures: Stub
) -> None:
    token = csrf_of(person, PAGE)
    structures.answer("GET", OBSTACLES, a_list(an_attached_structure(9, "GAEC du Val")))

    page, answer = person.get(PAGE), erase_with(person, token)

    assert "Vous ne pouvez pas encore effacer votre compte" in page.text
    assert '<a href="/structures/9">GAEC du Val</a>' in page.text
    assert "Effacer mon compte pour de bon" not in page.text
    assert answer.status_code == 409
    assert "Vous êtes seul à gérer une structure active" in answer.text
    assert sent(identity) == []


def erase_with(person: FlaskClient, token: str) -> TestResponse:
    return person.post(ERASURE, data={"current_password": PASSWORD, "understood": "y", "csrf_token": token})


@pytest.mark.parametrize(
    ("typed", "second_factor"),
    [
        ("", {}),
        ("123 456", {"code": "123 456"}),
        ("ABCD-EFGH-IJKL", {"recovery_code": "ABCD-EFGH-IJKL"}),
    ],
)
def test_password_and_second_factor_go_to_identity_and_the_session_is_closed(
    person: FlaskClient, identity: Stub, typed: str, second_factor: dict[str, str]
) -> None:
    answer = erase(person, code=typed)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert sent(identity) == [{"current_password": PASSWORD, **second_factor}]
    assert "Votre compte est effacé." in person.get("/").text
    with person.session_transaction() as session:
        assert "access" not in session


def test_a_second_click_is_told_that_it_is_done(person: FlaskClient, identity: Stub) -> None:
    token = csrf_of(person, PAGE)
    with person.session_transaction() as session:
        as_it_was = dict(session)
    first = erase(person, csrf_token=token)
    with person.session_transaction() as session:
        session.update(as_it_was)  # the second click was sent before the answer to the first came
    identity.refuse("POST", "/personal-data/erasure", 401, "session_ended")

    second = erase(person, csrf_token=token)

    assert first.location == second.location == "/"
    assert len(sent(identity)) == 1
    assert "Votre compte est effacé." in person.get("/").text


def test_who_was_signed_out_elsewhere_is_not_told_that_anything_was_erased(person: FlaskClient, identity: Stub) -> None:
    identity.refuse("POST", "/personal-data/erasure", 401, "session_ended")

    answer = erase(person)

    assert answer.location.startswith("/connexion?suite=/mon-compte/donnees")
    assert "votre dernier envoi n'a rien changé" in unescape(person.get(answer.location).text)


def test_a_session_that_wrong_passwords_ended_has_erased_nothing_and_says_so(
    person: FlaskClient, identity: Stub
) -> None:
    identity.refuse("POST", "/personal-data/erasure", 401, "session_ended_by_guesses")

    answer = erase(person)

    assert answer.headers["Location"].startswith("/connexion")
    page = unescape(person.get(answer.headers["Location"]).text)
    assert "par sécurité, cette session est fermée" in page
    assert "effacé" not in page


def test_the_copy_comes_as_a_file(
    person: FlaskClient, identity: Stub, structures: Stub, espaces: Stub, notifier: Stub
) -> None:
    for stub in (identity, structures, espaces, notifier):
        stub.answer_as_documented("GET", "/personal-data")

    answer = person.get(f"{PAGE}/guichet-mes-donnees.json")

    assert sorted(answer.get_json()) == ["espaces", "identity", "notifier", "structures"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="guichet-mes-donnees.json"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_copy_that_would_lack_a_part_is_a_page_that_says_so(
    person: FlaskClient, identity: Stub, structures: Stub, espaces: Stub, notifier: Stub
) -> None:
    notifier.refuse("GET", "/personal-data", 503, "unavailable")
    for stub in (identity, structures, espaces):
        stub.answer_as_documented("GET", "/personal-data")

    answer = person.get(f"{PAGE}/guichet-mes-donnees.json")

    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "pas pu être réunies en entier" in answer.text
    assert "Content-Disposition" not in answer.headers


def test_my_account_leads_there(person: FlaskClient, identity: Stub, structures: Stub, espaces: Stub) -> None:
    a_manager(identity, structures, espaces)

    assert f'href="{PAGE}"' in person.get("/mon-compte").text
