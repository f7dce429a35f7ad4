"""Second step of signing in, and signing in with a passkey alone (A-14)."""

import html
import json
import re

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import csrf_of, signed_in
from tests.gateway.portal.second_factors import (
    ANSWER,
    BASE,
    CHALLENGE,
    CODES,
    METHODS,
    OPTIONS,
    first_step,
    has,
    needs,
    post,
    sent,
)
from tests.gateway.stubs import Stub


def test_the_password_alone_opens_nothing_where_a_second_factor_is_needed(client: FlaskClient, identity: Stub) -> None:
    needs(identity, *METHODS)

    answer = first_step(client)

    assert (answer.status_code, answer.location) == (303, "/connexion/seconde-etape")
    with client.session_transaction() as session:
        assert "access" not in session
    assert CHALLENGE not in answer.location


def test_the_second_step_without_the_first_leads_to_the_first(client: FlaskClient) -> None:
    answer = client.get("/connexion/seconde-etape")

    assert (answer.status_code, answer.location) == (303, "/connexion")


@pytest.mark.parametrize(
    ("methods", "query", "sentence"),
    [
        (METHODS, "", "Il reste à montrer votre clé d'accès"),
        (METHODS, "?moyen=application", "le code de votre application"),
        (METHODS, "?moyen=secours", "un de vos codes de secours"),
        (("code",), "?moyen=cle", "le code de votre application"),
        (("code",), "?moyen=<script>", "le code de votre application"),
    ],
)
def test_the_second_step_shows_one_way_and_names_the_others(
    client: FlaskClient, identity: Stub, methods: tuple[str, ...], query: str, sentence: str
) -> None:
    needs(identity, *methods)
    first_step(client)

    page = client.get("/connexion/seconde-etape" + query).text

    assert sentence in html.unescape(page)
    assert page.count('<li><a href="/connexion/seconde-etape?moyen=') == len(methods) - 1


def test_a_code_opens_the_session_and_leads_to_where_the_person_was_going(client: FlaskClient, identity: Stub) -> None:
    needs(identity, "code")
    identity.answer("POST", "/sessions/second-factor", signed_in(), 201)
    first_step(client, target="/structures/7")

    answer = post(client, "/connexion/seconde-etape", code="123 456")

    assert (answer.status_code, answer.location) == (303, "/structures/7")
    assert sent(identity) == {"challenge": CHALLENGE, "code": "123 456"}
    with client.session_transaction() as session:
        assert session["access"]
        assert "second_step" not in session


def test_a_target_elsewhere_is_not_followed_after_the_second_step(client: FlaskClient, identity: Stub) -> None:
    needs(identity, "code")
    identity.answer("POST", "/sessions/second-factor", signed_in(), 201)
    first_step(client, target="https://evil.test/")

    assert post(client, "/connexion/seconde-etape", code="123456").location == "/"


def test_a_wrong_code_is_told_and_not_shown_again(client: FlaskClient, identity: Stub) -> None:
    needs(identity, "code", "recovery_code")
    identity.refuse("POST", "/sessions/second-factor", 401, "second_factor_wrong")
    first_step(client)

    answer = post(client, "/connexion/seconde-etape", code="123456")

    assert answer.status_code == 401
    assert "Ce n&#39;est pas le bon code" in answer.text
    assert "123456" not in answer.text


def test_too_many_wrong_codes_are_told(client: FlaskClient, identity: Stub) -> None:
    needs(identity, "code")
    identity.refuse("POST", "/sessions/second-factor", 429, "too_many_wrong_second_factors")
    first_step(client)

    answer = post(client, "/connexion/seconde-etape", code="123456")

    assert answer.status_code == 429
    assert "Utilisez un code de secours ou une clé d&#39;accès" in answer.text


def test_a_wrong_recovery_code_is_told_as_such_and_not_as_a_code_of_the_app(
    client: FlaskClient, identity: Stub
) -> None:
    needs(identity, "recovery_code")
    identity.refuse("POST", "/sessions/second-factor", 401, "recovery_code_wrong")
    first_step(client)

    answer = post(client, "/connexion/seconde-etape?moyen=secours", recovery_code="AAAA")

    assert answer.status_code == 401
    assert "Ce n&#39;est pas un de vos codes de secours" in answer.text
    assert "téléphone" not in answer.text


@pytest.mark.parametrize("method", ["code", "passkey"])
def test_when_the_second_step_has_ended_one_begins_again(client: FlaskClient, identity: Stub, method: str) -> None:
    needs(identity, method)
    first_step(client, target="/structures/7")
    token = csrf_of(client, "/connexion/seconde-etape")
    for path in ("/sessions/second-factor", "/sessions/second-factor/passkey-options"):
        identity.refuse("POST", path, 401, "second_step_ended")

    answer = client.post("/connexion/seconde-etape", data={"csrf_token": token, "code": "1", "passkey": "{}"})

    assert (answer.status_code, answer.location) == (303, "/connexion?suite=/structures/7")
    assert "Recommencez depuis le début" in client.get(answer.location).text
    assert client.get("/connexion/seconde-etape").location == "/connexion"


@pytest.mark.parametrize(
    ("left", "sentence"), [(9, "Il vous reste 9 codes"), (1, "Il ne vous reste qu"), (0, "Il ne vous reste aucun code")]
)
def test_who_uses_a_recovery_code_is_told_how_many_are_left(
    client: FlaskClient, identity: Stub, left: int, sentence: str
) -> None:
    needs(identity, "code", "recovery_code")
    identity.answer("POST", "/sessions/second-factor", signed_in(), 201)
    has(identity, app=True, left=left)
    first_step(client, target=BASE)

    answer = post(client, "/connexion/seconde-etape?moyen=secours", recovery_code=CODES[0])

    assert sentence in client.get(answer.location).text


def test_a_passkey_answers_what_the_browser_was_asked(client: FlaskClient, identity: Stub) -> None:
    needs(identity, "passkey")
    identity.answer("POST", "/sessions/second-factor", signed_in(), 201)
    first_step(client)
    page = client.get("/connexion/seconde-etape").text

    answer = post(client, "/connexion/seconde-etape", passkey=json.dumps(ANSWER))

    options = re.search('data-options="([^"]*)"', page)
    assert options
    assert json.loads(html.unescape(options[1])) == OPTIONS
    assert '<script src="/static/parts/passkeys.js" defer></script>' in page
    assert answer.status_code == 303
    assert sent(identity) == {"challenge": CHALLENGE, "passkey": ANSWER}


@pytest.mark.parametrize("answered", ["", "not json", "[" * 100_000])
def test_an_answer_that_is_none_is_told(client: FlaskClient, identity: Stub, answered: str) -> None:
    identity.answer("POST", "/sessions/passkey-options", {"options": OPTIONS}, 201)

    answer = post(client, "/connexion/cle-d-acces", passkey=answered)

    assert answer.status_code in (200, 422)
    assert "Votre navigateur n&#39;a pas donné de clé d&#39;accès" in answer.text


def test_a_passkey_alone_opens_the_session(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/sessions/passkey-options", {"options": OPTIONS}, 201)
    identity.answer("POST", "/sessions/passkey", signed_in(), 201)

    answer = post(client, "/connexion/cle-d-acces", passkey=json.dumps(ANSWER), suite="/structures/7")

    assert (answer.status_code, answer.location) == (303, "/structures/7")
    assert sent(identity) == {"passkey": ANSWER}


def test_a_refused_passkey_is_told_and_another_question_is_asked(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/sessions/passkey-options", {"options": OPTIONS}, 201)
    identity.refuse("POST", "/sessions/passkey", 401, "passkey_refused")

    answer = post(client, "/connexion/cle-d-acces", passkey=json.dumps(ANSWER))

    assert answer.status_code == 401
    assert "n&#39;est pas reconnue" in answer.text
    assert identity.last().path == "/sessions/passkey-options"
