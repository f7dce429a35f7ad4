import json

import pytest
from flask import Flask, Response

from gateway.clients.errors import ServiceUnavailable
from gateway.recent_writes import RecentWrites
from tests.gateway.builders import a_token, an_identity_client
from tests.gateway.stubs import Stub

SESSION = {
    "access_token": a_token(42),
    "token_type": "Bearer",
    "expires_in": 600,
    "refresh_token": "r",
    "device_token": "d",
    "device_known_until": "2028-01-05T08:00:00+00:00",
}


def test_what_someone_wrote_before_signing_in_is_awaited_after_it(identity: Stub, gateway: Flask) -> None:
    writes = RecentWrites()
    identity.answer("POST", "/activations", status=204, Guichet_Recorded="identity:event-1")
    identity.answer("POST", "/sessions", SESSION, 201)
    client = an_identity_client(identity.url, writes=writes)

    with gateway.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        client.activate("token", "a password", "a question", "an answer")
        client.sign_in("ada@example.org", "a password", [])

    assert writes.of("subject 42", seen_by="structures") == "identity:event-1"


def test_what_another_stranger_wrote_is_not_awaited(identity: Stub, gateway: Flask) -> None:
    writes = RecentWrites()
    writes.remember("address 192.0.2.99", "identity:event-1")
    identity.answer("POST", "/sessions", SESSION, 201)

    with gateway.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        an_identity_client(identity.url, writes=writes).sign_in("ada@example.org", "a password", [])

    assert writes.of("subject 42", seen_by="structures") == ""


def test_a_session_without_a_token_is_not_an_answer(identity: Stub) -> None:
    identity.answer_with("POST", "/sessions", lambda: Response('{"no": "token"}', 201))

    with pytest.raises(ServiceUnavailable):
        an_identity_client(identity.url).sign_in("ada@example.org", "a password", [])


def test_a_captcha_is_an_image_and_a_sound(identity: Stub) -> None:
    identity.answer_with("GET", "/captchas/7/image", lambda: Response(b"image"))
    identity.answer_with("GET", "/captchas/7/audio", lambda: Response(b"sound"))
    client = an_identity_client(identity.url)

    bodies = [client.captcha_image("7").body, client.captcha_audio("7").body]

    assert bodies == [b"image", b"sound"]


def test_each_call_goes_to_its_path(identity: Stub) -> None:
    for verb, path in (
        ("POST", "/captchas"),
        ("POST", "/accounts"),
        ("POST", "/activations/resend"),
        ("POST", "/activations/check"),
        ("POST", "/sessions/refresh"),
        ("GET", "/accounts/me"),
        ("DELETE", "/sessions/current"),
    ):
        identity.answer_as_documented(verb, path)
    client = an_identity_client(identity.url)

    client.new_captcha()
    client.sign_up({"last_name": "Lovelace"})
    client.resend_activation("ada@example.org")
    client.check_activation("of a mail")
    client.refresh("spent")
    client.my_account()
    client.sign_out()

    assert [(received.method, received.path, _json(received.body)) for received in identity.received] == [
        ("POST", "/captchas", None),
        ("POST", "/accounts", {"last_name": "Lovelace"}),
        ("POST", "/activations/resend", {"login_email": "ada@example.org"}),
        ("POST", "/activations/check", {"token": "of a mail"}),
        ("POST", "/sessions/refresh", {"refresh_token": "spent"}),
        ("GET", "/accounts/me", None),
        ("DELETE", "/sessions/current", None),
    ]


def _json(body: bytes) -> object:
    return json.loads(body) if body else None
