"""The cookie of a browser on which people have signed in (A-11)."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.portal.frame import known_devices
from tests.gateway.builders import settings
from tests.gateway.portal.builders import csrf_of, signed_in, tokens
from tests.gateway.portal.second_factors import needs, post
from tests.gateway.stubs import Stub

COOKIE = "guichet-appareil"
CREDENTIALS = {"login_email": "camille@tilleuls.example", "password": "un mot de passe"}


def sign_in(client: FlaskClient) -> Any:
    return client.post("/connexion", data=CREDENTIALS | {"csrf_token": csrf_of(client, "/connexion")})


def cookie_of(client: FlaskClient) -> str | None:
    cookie = client.get_cookie(COOKIE)
    return cookie.value if cookie else None


def shown(identity: Stub, path: str) -> list[str]:
    """The device tokens in the last request to a path."""
    body = [one.body for one in identity.received if one.path == path][-1]
    tokens: list[str] = json.loads(body).get("device_tokens", [])
    return tokens


def test_a_sign_in_leaves_a_cookie_that_no_script_and_no_other_site_reaches(
    client: FlaskClient, identity: Stub
) -> None:
    identity.answer("POST", "/sessions", signed_in(), 201)

    answer = sign_in(client)

    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{COOKIE}=")]
    assert cookie.startswith(f"{COOKIE}=device-1;")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/"))
    assert 399 * 24 * 3600 < int(cookie.partition("Max-Age=")[2].partition(";")[0]) <= 400 * 24 * 3600


def test_over_https_the_cookie_goes_nowhere_else(gateway: Flask) -> None:
    gateway.config.update(SESSION_COOKIE_NAME="__Host-guichet", SESSION_COOKIE_SECURE=True)
    try:
        with gateway.test_request_context():
            known_devices.remember(signed_in())  # type: ignore[arg-type]
            answer = gateway.process_response(gateway.response_class())
    finally:
        gateway.config.update(SESSION_COOKIE_NAME="guichet", SESSION_COOKIE_SECURE=settings().secure_cookies)

    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-guichet-appareil=device-1;")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_the_next_sign_in_shows_it_also_after_signing_out(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/sessions", signed_in(), 201)
    identity.answer("DELETE", "/sessions/current", None, 204)
    sign_in(client)
    client.post("/deconnexion", data={"csrf_token": csrf_of(client, "/connexion/cle-d-acces")})

    sign_in(client)

    assert shown(identity, "/sessions") == ["device-1"]


def test_a_browser_that_nobody_knows_shows_nothing(client: FlaskClient, identity: Stub) -> None:
    identity.refuse("POST", "/sessions", 401, "wrong_credentials")

    sign_in(client)

    assert "device_tokens" not in json.loads(identity.last().body)
    assert cookie_of(client) is None


def test_the_second_step_and_a_passkey_alone_show_it_too(client: FlaskClient, identity: Stub) -> None:
    client.set_cookie(COOKIE, "device-1")
    needs(identity, "code")
    identity.answer("POST", "/sessions/second-factor", signed_in(), 201)
    sign_in(client)

    post(client, "/connexion/seconde-etape", code="123456")

    assert shown(identity, "/sessions/second-factor") == ["device-1"]
    identity.answer("POST", "/sessions/passkey-options", {"options": {}}, 201)
    identity.answer("POST", "/sessions/passkey", signed_in(), 201)
    post(client, "/connexion/cle-d-acces", passkey='{"id": "AAAA"}')
    assert shown(identity, "/sessions/passkey") == ["device-1"]


def test_the_last_five_people_of_a_browser_are_known_there(client: FlaskClient, identity: Stub) -> None:
    client.set_cookie(COOKIE, "device-5.device-4.device-3.device-2.device-1")
    identity.answer("POST", "/sessions", signed_in(device="device-6"), 201)
    sign_in(client)

    assert cookie_of(client) == "device-6.device-5.device-4.device-3.device-2"

    identity.answer("POST", "/sessions", signed_in(device="device-4"), 201)
    client.delete_cookie("guichet")
    sign_in(client)
    assert cookie_of(client) == "device-4.device-6.device-5.device-3.device-2"


@pytest.mark.parametrize("garbled", ["", ".", "..a b.<script>", "x" * 4000, "é.ü", '"; Path=/'])
def test_a_cookie_that_somebody_wrote_themselves_does_no_harm(
    client: FlaskClient, identity: Stub, garbled: str
) -> None:
    client.set_cookie(COOKIE, f"device-1.{garbled}")
    identity.answer("POST", "/sessions", signed_in(), 201)

    assert sign_in(client).status_code == 303
    assert [token for token in shown(identity, "/sessions") if token not in ("device-1", "Path")] == []


def test_an_identity_that_knows_no_devices_yet_signs_people_in(gateway: Flask) -> None:
    with gateway.test_request_context():
        known_devices.remember(tokens())  # type: ignore[arg-type]
        answer = gateway.process_response(gateway.response_class())

    assert answer.headers.getlist("Set-Cookie") == []
