"""Mes sessions and Historique: what a person sees of their own sign-ins, and ends (A-13)."""

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import UNKNOWN, a_session, an_entry, csrf_of, listed, sign_in
from tests.gateway.stubs import Stub


@pytest.mark.parametrize("path", ["/mon-compte/sessions", "/mon-compte/historique"])
def test_who_is_not_signed_in_signs_in_first(client: FlaskClient, path: str) -> None:
    assert client.get(path).location == f"/connexion?suite={path}"


def test_a_forged_form_ends_nothing(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)

    answers = [client.post(f"/mon-compte/sessions/{which}/fin") for which in ("7", "autres")]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert identity.received == []


def test_devices_are_told_in_words_and_this_one_cannot_be_closed_here(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    current = a_session(session_id=8, device=UNKNOWN, is_current=True)
    identity.answer("GET", "/sessions", listed(a_session(), current))

    page = client.get("/mon-compte/sessions").text

    assert "Firefox sur Windows" in page
    assert "Appareil inconnu" in page
    assert "24 novembre 2026 à 14:02" in page
    assert page.count("Cette session") == 1
    assert "/mon-compte/sessions/7/fin" in page
    assert "/mon-compte/sessions/8/fin" not in page


@pytest.mark.parametrize(("which", "path"), [("7", "/sessions/7"), ("autres", "/sessions/others")])
def test_a_session_or_all_others_are_ended(client: FlaskClient, identity: Stub, which: str, path: str) -> None:
    sign_in(client)
    identity.answer("GET", "/sessions", listed(a_session()))
    identity.answer("DELETE", path, status=204)
    token = csrf_of(client, "/mon-compte/sessions")

    answer = client.post(f"/mon-compte/sessions/{which}/fin", data={"csrf_token": token})

    assert (answer.status_code, answer.location) == (303, "/mon-compte/sessions")
    assert (identity.last().method, identity.last().path) == ("DELETE", path)


def test_a_second_click_finds_it_done(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    identity.answer("GET", "/sessions", listed(a_session()))
    identity.refuse("DELETE", "/sessions/7", 404, "session_unknown")
    token = csrf_of(client, "/mon-compte/sessions")

    answer = client.post("/mon-compte/sessions/7/fin", data={"csrf_token": token})

    assert (answer.status_code, answer.location) == (303, "/mon-compte/sessions")


def test_the_history_is_in_sentences_and_leads_on(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    by_operator = an_entry(what="deactivated", address="", device=UNKNOWN, by_operator=True)
    identity.answer("GET", "/history", {"items": [an_entry(), by_operator], "next": "MTI"})

    page = client.get("/mon-compte/historique?suite=MTM").text

    assert "Connexion." in page
    assert "Compte désactivé." in page
    assert page.count("Par un opérateur de Guichet") == 1
    assert "24 novembre 2026 à 14:02" in page
    assert "/mon-compte/historique?suite=MTI" in page
    assert identity.last().query == "after=MTM"


def test_what_a_device_calls_itself_stays_text(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    hostile = {"browser": "<script>alert(1)</script>", "system": None}
    identity.answer("GET", "/sessions", listed(a_session(device=hostile)))
    identity.answer("GET", "/history", listed(an_entry(device=hostile)))

    assert "<script>alert" not in client.get("/mon-compte/sessions").text
    assert "<script>alert" not in client.get("/mon-compte/historique").text
