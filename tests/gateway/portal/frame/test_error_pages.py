"""Error pages: in French, with a way on, and trying again where that helps."""

import pytest
from flask import Response
from flask.testing import FlaskClient

from tests.gateway.portal.builders import nobody_yet, sign_in
from tests.gateway.stubs import Stub


def test_an_unknown_address_is_told_in_french(client: FlaskClient) -> None:
    answer = client.get("/rien")

    assert answer.status_code == 404
    assert '<html lang="fr"' in answer.text
    assert "Cette page n&#39;existe pas" in answer.text


def test_a_wrong_method_is_told_in_french(client: FlaskClient) -> None:
    answer = client.post("/structures/recherche")

    assert answer.status_code == 405
    assert "accueil" in answer.text


def test_a_body_that_is_too_large_is_told_in_french(client: FlaskClient) -> None:
    answer = client.post("/connexion", data={"login_email": "x" * 10_000_000})

    assert answer.status_code == 413
    assert "trop volumineux" in answer.text


def test_what_nobody_foresaw_is_told_in_french(client: FlaskClient, structures: Stub) -> None:
    sign_in(client)
    structures.answer_with("GET", "/structures", lambda: Response('{"items": "not a list of structures"}'))

    answer = client.get("/structures/recherche?name=x")

    assert answer.status_code == 500
    assert "Une erreur est survenue de notre côté" in answer.text


def test_a_page_whose_service_is_away_tries_again_by_itself(
    client: FlaskClient, structures: Stub, espaces: Stub
) -> None:
    sign_in(client)
    nobody_yet(structures, espaces)
    structures.refuse("GET", "/attachments", 503, "unavailable")

    answer = client.get("/")

    assert answer.status_code == 503
    assert answer.headers["Refresh"] == "3"


def test_a_page_that_catches_up_says_so_and_tries_again(client: FlaskClient, structures: Stub, espaces: Stub) -> None:
    # E-11
    sign_in(client)
    nobody_yet(structures, espaces)
    espaces.refuse("GET", "/menu", 503, "catching_up")

    answer = client.get("/")

    assert "Un instant…" in answer.text
    assert answer.headers["Refresh"] == "1"


@pytest.mark.parametrize("address", ["/rien", "/structures/nouvelle/rien", "//exemple.fr", "/mon-compte/"])
def test_what_is_not_there_is_kept_by_nobody_and_leads_nowhere(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"Host": "ailleurs.example"})

    assert answer.headers["Cache-Control"] == "no-store"
    assert "ailleurs" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    "address", ["//compte/nouveau", "/compte//nouveau", "/compte/nouveau/", "//structures//publiques"]
)
def test_an_address_with_a_slash_too_many_is_not_sent_to_another_host(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"Host": "ailleurs.example"})

    assert answer.status_code in (200, 404)
    assert "Location" not in answer.headers
