"""Signing in: the cookie, coming back, and never being sent elsewhere."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.portal.frame import sessions
from tests.gateway.portal.builders import a_manager, csrf_of, nobody_yet, sign_in, signed_in, tokens
from tests.gateway.stubs import Stub

CREDENTIALS = {"login_email": "camille@tilleuls.example", "password": "un mot de passe"}


@pytest.mark.parametrize(
    "target",
    [
        "https://ailleurs.example/",
        "//ailleurs.example",
        "/\\ailleurs.example",
        "ailleurs",
        "/\t/ailleurs",
        "javascript:x",
        "",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(gateway: Flask, target: str) -> None:
    with gateway.test_request_context():
        local = sessions.safe_target(target)

    assert local == "/"


def test_who_is_not_signed_in_signs_in_and_comes_back(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/sessions", signed_in(), 201)
    redirection = client.get("/structures/recherche?name=tilleuls")
    values = CREDENTIALS | {
        "csrf_token": csrf_of(client, redirection.location),
        "suite": "/structures/recherche?name=tilleuls",
    }

    answer = client.post("/connexion", data=values)

    assert redirection.status_code == 303
    assert parse_qs(urlsplit(redirection.location).query) == {"suite": ["/structures/recherche?name=tilleuls"]}
    assert (answer.status_code, answer.location) == (303, "/structures/recherche?name=tilleuls")


def test_whoever_signs_in_with_the_same_password_elsewhere_has_a_session_of_their_own(
    gateway: Flask, identity: Stub
) -> None:
    identity.answer("POST", "/sessions", signed_in(), 201)

    for browser in (gateway.test_client(), gateway.test_client()):
        browser.post("/connexion", data=CREDENTIALS | {"csrf_token": csrf_of(browser, "/connexion")})

    assert [one.path for one in identity.received].count("/sessions") == 2


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/sessions", signed_in(), 201)

    answer = client.post("/connexion", data=CREDENTIALS | {"csrf_token": csrf_of(client, "/connexion")})

    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("guichet=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "refresh-1" not in answer.location


def test_wrong_credentials_keep_the_address_and_not_the_password(client: FlaskClient, identity: Stub) -> None:
    # one answer for unknown, not activated and wrong.
    identity.refuse("POST", "/sessions", 401, "wrong_credentials")

    answer = client.post("/connexion", data=CREDENTIALS | {"csrf_token": csrf_of(client, "/connexion")})

    assert answer.status_code == 401
    assert 'value="camille@tilleuls.example"' in answer.text
    assert "un mot de passe" not in answer.text


def test_an_access_token_about_to_end_is_renewed(
    client: FlaskClient, identity: Stub, structures: Stub, espaces: Stub
) -> None:
    sign_in(client, seconds=5)
    nobody_yet(structures, espaces)
    renewed = tokens(refresh="refresh-2")
    identity.answer("POST", "/sessions/refresh", renewed, 201)

    answer = client.get("/")

    assert answer.status_code == 200
    assert json.loads(identity.last().body) == {"refresh_token": "refresh-1"}
    assert structures.last().headers["Authorization"] == f"Bearer {renewed['access_token']}"
    with client.session_transaction() as session:
        assert session["refresh"] == "refresh-2"


def test_a_session_that_has_ended_leads_to_the_sign_in_page(client: FlaskClient, identity: Stub) -> None:
    sign_in(client, seconds=-5)
    identity.refuse("POST", "/sessions/refresh", 401, "session_ended")

    answer = client.get("/mon-compte")

    assert (answer.status_code, answer.location) == (303, "/connexion?suite=/mon-compte")


def test_a_token_that_a_service_does_not_accept_leads_to_the_sign_in_page(
    client: FlaskClient, structures: Stub
) -> None:
    sign_in(client)
    structures.refuse("GET", "/structures/7", 401, "unauthenticated")
    structures.refuse("GET", "/attachments", 401, "unauthenticated")

    answer = client.get("/structures/7")

    assert (answer.status_code, answer.location) == (303, "/connexion?suite=/structures/7")


def test_a_token_refused_before_its_time_is_renewed_once(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    identity.refuse("GET", "/sessions", 401, "unauthenticated")
    identity.answer("POST", "/sessions/refresh", tokens(refresh="refresh-2", issued=0.0), 201)

    first = client.get("/mon-compte/sessions?suite=MTM")
    second = client.get(first.location)

    assert (first.status_code, first.location) == (303, "/mon-compte/sessions?suite=MTM")
    assert (second.status_code, second.location) == (303, "/connexion?suite=/mon-compte/sessions?suite%3DMTM")
    assert [one.path for one in identity.received].count("/sessions/refresh") == 1


def test_a_session_that_was_ended_elsewhere_is_not_renewed(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    identity.refuse("GET", "/sessions", 401, "unauthenticated")
    identity.refuse("POST", "/sessions/refresh", 401, "session_ended")

    answer = client.get("/mon-compte/sessions")

    assert answer.location == "/connexion?suite=/mon-compte/sessions"
    with client.session_transaction() as session:
        assert "refresh" not in session


def test_signing_out_ends_the_session_even_when_identity_does_not_answer(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    identity.refuse("DELETE", "/sessions/current", 503, "unavailable")

    answer = client.post("/deconnexion", data={"csrf_token": csrf_of(client, "/structures/publiques")})

    assert (answer.status_code, answer.location) == (303, "/")
    with client.session_transaction() as session:
        assert "access" not in session


def test_no_page_shows_a_token(client: FlaskClient, identity: Stub, structures: Stub, espaces: Stub) -> None:
    sign_in(client)
    a_manager(identity, structures, espaces)
    with client.session_transaction() as session:
        access = session["access"]

    for path in ("/", "/mon-compte", "/structures/7", "/structures/7/demandes", "/abonnements", "/abonnements/nouveau"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert access not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/mon-compte/sessions/3/fin", "/mon-compte/sessions"),
        ("/mon-compte/rattachements/12/annulation", "/mon-compte"),
        ("/mon-compte/informations", "/mon-compte/informations"),
    ],
)
def test_after_a_form_without_a_session_signing_in_leads_to_a_page_that_can_be_opened(
    client: FlaskClient, address: str, page: str
) -> None:
    answer = client.post(address, data={"csrf_token": csrf_of(client, "/connexion")})

    assert (answer.status_code, answer.location) == (303, f"/connexion?suite={page}")


def test_an_address_too_long_to_keep_leads_home(gateway: Flask) -> None:
    with gateway.test_request_context():
        assert sessions.safe_target("/structures/" + "7" * 7000) == "/"
