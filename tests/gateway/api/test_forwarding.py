import json
from io import BytesIO

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from joserfc.jwk import OKPKey
from werkzeug.test import TestResponse

from chassis.ground.problems import problem as a_problem
from gateway.app import create_app
from tests.gateway.builders import a_token, bearer, settings
from tests.gateway.portal.builders import a_structure
from tests.gateway.stubs import Stub
from tests.kit import keys

PROBLEM = "application/problem+json"
CAPTCHA = {"captcha_id": "0190a0b0-0000-7000-8000-000000000001", "expires_at": "2026-01-01T00:00:00Z"}


def problem(answer: TestResponse) -> tuple[int, str | None, str]:
    """Status, media type and code."""
    assert answer.json is not None
    return answer.status_code, answer.mimetype, answer.json["code"]


def test_a_call_without_a_token_is_refused_before_any_service_is_asked(client: FlaskClient, structures: Stub) -> None:
    answer = client.get("/api/v1/structures")

    assert problem(answer) == (401, PROBLEM, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert structures.received == []


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Bearer é", "x" * 9000])
def test_a_token_that_is_none_is_refused(client: FlaskClient, structures: Stub, header: str) -> None:
    answer = client.get("/api/v1/structures", headers={"Authorization": header.encode().decode("latin-1")})

    assert problem(answer) == (401, PROBLEM, "unauthenticated")
    assert structures.received == []


@pytest.mark.parametrize(
    "token",
    [
        "anything",
        "a.b.c",
        a_token()[:-4],
        keys.a_token(exp=1),
        keys.a_token(key=OKPKey.generate_key("Ed25519", parameters={"kid": "test"})),
        keys.a_token(key=OKPKey.generate_key("Ed25519", parameters={"kid": "invented"})),
    ],
    ids=["no token", "no JWT", "cut", "expired", "signed by another", "with another key"],
)
def test_a_token_that_no_service_would_believe_is_refused_before_any_is_asked(
    client: FlaskClient, structures: Stub, token: str
) -> None:
    answer = client.get("/api/v1/structures", headers={"Authorization": f"Bearer {token}"})

    assert problem(answer) == (401, PROBLEM, "unauthenticated")
    assert structures.received == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"nothing",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b"[" * 200_000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "cut", "not UTF-8", "a word", "NaN", "infinite", "deep", "a number of 5000 digits"],
)
def test_a_body_that_is_not_json_is_refused(client: FlaskClient, identity: Stub, body: bytes) -> None:
    answer = client.post("/api/v1/accounts", data=body, content_type="application/json")

    assert problem(answer) == (400, PROBLEM, "not_json")
    assert identity.received == []


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"]
)
def test_a_body_of_another_media_type_is_refused(client: FlaskClient, identity: Stub, media_type: str) -> None:
    answer = client.post("/api/v1/accounts", data=b"{}", content_type=media_type)

    assert problem(answer) == (415, PROBLEM, "unsupported_media_type")
    assert identity.received == []


@pytest.mark.parametrize("path", ["/api/v1/accounts", "/api/v1/captchas"])
def test_a_body_of_10_megabytes_is_refused(client: FlaskClient, identity: Stub, path: str) -> None:
    answer = client.post(path, data=b'"' + b"a" * 10_000_000 + b'"', content_type="application/json")

    assert problem(answer) == (413, PROBLEM, "too_large")
    assert identity.received == []


def test_a_long_body_of_unannounced_length_is_refused(client: FlaskClient, identity: Stub) -> None:
    answer = client.post(
        "/api/v1/accounts",
        input_stream=BytesIO(b'"' + b"a" * 10_000_000 + b'"'),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert problem(answer) == (413, PROBLEM, "too_large")
    assert identity.received == []


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/structures", "/api/v1/internal/feed"]
)
def test_an_unknown_address_is_a_problem(client: FlaskClient, path: str) -> None:
    assert problem(client.get(path)) == (404, PROBLEM, "not_found")


@pytest.mark.parametrize("verb", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_verb_is_a_problem_that_names_the_allowed_ones(client: FlaskClient, identity: Stub, verb: str) -> None:
    answer = client.open("/api/v1/accounts", method=verb)

    assert problem(answer) == (405, PROBLEM, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"
    assert identity.received == []


@pytest.mark.parametrize("segment", ["..", ".", "%2e%2e"])
def test_a_path_cannot_climb_to_what_is_not_shown(client: FlaskClient, structures: Stub, segment: str) -> None:
    answer = client.get(f"/api/v1/structures/{segment}/attachments", headers=bearer())

    assert problem(answer) == (404, PROBLEM, "not_found")
    assert structures.received == []


def test_a_segment_reaches_the_service_as_one_segment(client: FlaskClient, structures: Stub) -> None:
    client.get("/api/v1/structures/7%3Fa=b%23c%20é", headers=bearer())

    assert (structures.last().path, structures.last().query) == ("/structures/7%3Fa%3Db%23c%20%C3%A9", "")


def test_the_query_reaches_the_service_as_it_was_sent(client: FlaskClient, structures: Stub) -> None:
    structures.answer("GET", "/structures", {"items": [], "next": None})

    answer = client.get("/api/v1/structures?name=a%26b&name=c+d&é=1&x", headers=bearer())

    assert answer.status_code == 200
    assert structures.last().query == "name=a%26b&name=c+d&%C3%A9=1&x"


def test_the_body_and_the_token_reach_the_service_as_they_were_sent(client: FlaskClient, structures: Stub) -> None:
    body = '{"name": "GAEC des Érables", "unknown": 1}'.encode()
    structures.answer("POST", "/structures", a_structure(), 201)

    answer = client.post("/api/v1/structures", data=body, headers=bearer() | {"Content-Type": "application/json"})

    sent = structures.last()
    assert (answer.status_code, answer.json) == (201, a_structure())
    assert (sent.body, sent.headers["Authorization"]) == (body, f"Bearer {a_token()}")


def test_nothing_else_of_the_caller_reaches_the_service(client: FlaskClient, structures: Stub) -> None:
    structures.answer_as_documented("GET", "/structures")
    client.set_cookie("session", "of-the-portal")

    client.get("/api/v1/structures", headers=bearer() | {"Guichet-After": "identity:x", "X-Forwarded-For": "192.0.2.1"})

    assert {"Cookie", "Guichet-After"} & structures.last().headers.keys() == set()
    assert structures.last().headers["X-Forwarded-For"] == "127.0.0.1"  # as we see it, not as they say


def test_a_public_operation_goes_without_the_token(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/captchas", CAPTCHA, 201)

    answer = client.post("/api/v1/captchas", headers=bearer())

    assert (answer.status_code, answer.json) == (201, CAPTCHA)
    assert "Authorization" not in identity.last().headers


def test_an_image_comes_through_as_it_is(client: FlaskClient, identity: Stub) -> None:
    identity.answer_with("GET", "/captchas/7/image", lambda: Response(b"\x89PNG", mimetype="image/png"))

    answer = client.get("/api/v1/captchas/7/image")

    assert (answer.mimetype, answer.data, answer.headers["Cache-Control"]) == ("image/png", b"\x89PNG", "no-store")


def test_nothing_to_say_comes_through_as_nothing(client: FlaskClient, identity: Stub) -> None:
    identity.answer("DELETE", "/sessions/current", status=204)

    answer = client.delete("/api/v1/sessions/current", headers=bearer())

    assert (answer.status_code, answer.data) == (204, b"")


def test_no_header_of_a_service_comes_through(client: FlaskClient, structures: Stub) -> None:
    sent = {"Set_Cookie": "a=b", "Guichet_Recorded": "structures:1", "Server": "secret"}
    structures.answer_as_documented("GET", "/structures", **sent)

    headers = client.get("/api/v1/structures", headers=bearer()).headers

    assert {"Set-Cookie", "Guichet-Recorded", "Server"} & set(headers.keys()) == set()


def test_a_refusal_is_told_in_french_with_its_code(client: FlaskClient, structures: Stub) -> None:
    errors = ({"field": "postcode", "code": "too_long"}, {"field": "colour", "code": "of_tomorrow"})
    structures.refuse("POST", "/structures", 422, "invalid_input", errors)

    answer = client.post("/api/v1/structures", json={}, headers=bearer())

    assert problem(answer) == (422, PROBLEM, "invalid_input")
    assert answer.json == {
        "type": "urn:guichet:problem:invalid_input",
        "title": "Certaines informations sont à corriger. Corrigez-les, puis envoyez à nouveau.",
        "status": 422,
        "code": "invalid_input",
        "errors": [
            {
                "field": "postcode",
                "code": "too_long",
                "message": "Code postal : cette valeur est trop longue. Raccourcissez-la.",
            },
            {
                "field": "colour",
                "code": "of_tomorrow",
                "message": "colour : cette valeur n'est pas acceptée. Corrigez-la.",
            },
        ],
    }


def test_a_code_of_tomorrow_is_told_by_its_status(client: FlaskClient, structures: Stub) -> None:
    structures.answer_with("GET", "/structures", lambda: a_problem(409, "of_tomorrow", "A sentence."))

    answer = client.get("/api/v1/structures", headers=bearer())

    assert problem(answer) == (409, PROBLEM, "of_tomorrow")
    assert answer.json is not None
    assert answer.json["title"].startswith("La situation a changé")


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_service_that_fails_is_told_as_unavailable(client: FlaskClient, structures: Stub, status: int) -> None:
    structures.answer_with("GET", "/structures", lambda: Response("<html>", status))

    answer = client.get("/api/v1/structures", headers=bearer())

    assert problem(answer) == (503, PROBLEM, "service_unavailable")
    assert answer.headers["Retry-After"] == "2"


def test_a_service_that_nobody_runs_is_told_as_unavailable() -> None:
    client = create_app(settings()).test_client()

    answer = client.post("/api/v1/captchas")

    assert problem(answer) == (503, PROBLEM, "service_unavailable")


def test_a_person_reads_their_own_writes_at_another_service(
    client: FlaskClient, structures: Stub, espaces: Stub
) -> None:
    structures.answer_as_documented("POST", "/structures", Guichet_Recorded="structures:event-1")
    espaces.answer_as_documented("GET", "/menu")

    client.post("/api/v1/structures", json={}, headers=bearer(42))
    client.get("/api/v1/menu", headers=bearer(42))
    mine = espaces.last().headers.get("Guichet-After")
    client.get("/api/v1/menu", headers=bearer(43))

    assert (mine, espaces.last().headers.get("Guichet-After")) == ("structures:event-1", None)


def test_a_fault_of_the_gateway_is_a_problem_without_its_details(gateway: Flask) -> None:
    gateway.extensions["guichet.services"] = None

    answer = gateway.test_client().post("/api/v1/captchas")

    assert problem(answer) == (500, PROBLEM, "internal_error")
    assert "NoneType" not in json.dumps(answer.json)
