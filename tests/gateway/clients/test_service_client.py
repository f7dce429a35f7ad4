import threading
import time

import pytest
from flask import Flask, Response

from chassis.ground import correlation
from chassis.ground.problems import problem
from gateway import current_person
from gateway.clients.errors import ServiceRefusal, ServiceUnavailable
from gateway.clients.service_client import ServiceRequest, expand_path, without_empty
from gateway.recent_writes import RecentWrites
from tests.gateway.builders import SHORT, a_structures_client, a_token
from tests.gateway.stubs import NOBODY, Stub, a_service_that_sends

GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


def test_a_service_that_nobody_runs_is_unavailable() -> None:
    client = a_structures_client(NOBODY, SHORT)

    with pytest.raises(ServiceUnavailable) as refused:
        client.get("/structures", object)

    assert (refused.value.status, refused.value.code, refused.value.retry_after) == (503, "service_unavailable", "2")


def test_a_slow_service_is_unavailable_within_the_limit(structures: Stub) -> None:
    released = threading.Event()
    structures.answer_with("GET", "/structures", lambda: Response(str(released.wait(20))))
    began = time.monotonic()

    with pytest.raises(ServiceUnavailable):
        a_structures_client(structures.url, SHORT).get("/structures", object)

    waited = time.monotonic() - began
    released.set()
    assert waited < 5
    assert len(structures.received) == 1


@pytest.mark.parametrize("garbage", [b"", b"hello", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"])
def test_a_service_that_does_not_speak_http_is_unavailable(garbage: bytes) -> None:
    with a_service_that_sends(garbage, garbage) as (url, _), pytest.raises(ServiceUnavailable):
        a_structures_client(url, SHORT).get("/structures", object)


def test_an_answer_that_is_not_json_is_unavailable(structures: Stub) -> None:
    structures.answer_with("GET", "/structures", lambda: Response("<html>"))

    with pytest.raises(ServiceUnavailable):
        a_structures_client(structures.url).get("/structures", object)


def test_reading_is_tried_once_more_when_the_connection_fails() -> None:
    with a_service_that_sends(b"", GOOD) as (url, sent):
        answer = a_structures_client(url).get("/structures", object)

    assert (answer, len(sent)) == ({}, 2)


def test_writing_is_never_tried_again() -> None:
    with a_service_that_sends(b"", GOOD) as (url, sent), pytest.raises(ServiceUnavailable):
        a_structures_client(url).post("/structures", {})

    assert len(sent) == 1


def test_a_refusal_keeps_its_status_its_code_and_its_fields(structures: Stub) -> None:
    structures.refuse("POST", "/structures", 422, "invalid_input", ({"field": "town", "code": "required"},))

    with pytest.raises(ServiceRefusal) as refused:
        a_structures_client(structures.url).create({})

    assert (refused.value.status, refused.value.code) == (422, "invalid_input")
    assert refused.value.field_codes() == {"town": "required"}


def test_a_service_that_asks_for_patience_is_not_unavailable(structures: Stub) -> None:
    structures.refuse("GET", "/structures", 503, "catching_up", Retry_After="1")

    with pytest.raises(ServiceRefusal) as refused:
        a_structures_client(structures.url).search({})

    assert (refused.value.code, refused.value.retry_after) == ("catching_up", "1")


def test_a_service_that_fails_is_unavailable(structures: Stub) -> None:
    structures.answer_with("GET", "/structures", lambda: problem(500, "internal_error", "It failed."))

    with pytest.raises(ServiceUnavailable):
        a_structures_client(structures.url).search({})


@pytest.mark.parametrize("body", ["<html>", "[]", "null", '{"errors": 3}', '{"errors": [3, {}]}', "{" * 100_000])
def test_a_refusal_that_is_not_a_problem_still_has_its_status(structures: Stub, body: str) -> None:
    structures.answer_with("GET", "/structures", lambda: Response(body, 404))

    with pytest.raises(ServiceRefusal) as refused:
        a_structures_client(structures.url).search({})

    assert (refused.value.status, refused.value.code, refused.value.errors) == (404, "unknown", [])


def test_a_call_carries_the_persons_token_and_the_correlation_id(structures: Stub, gateway: Flask) -> None:
    structures.answer("GET", "/structures", {"items": [], "next": None})

    with gateway.test_request_context(), correlation.bound("of-this-test"):
        current_person.set_access_token(a_token())
        a_structures_client(structures.url).search({})

    sent = structures.last().headers
    assert (sent["Authorization"], sent["X-Correlation-Id"]) == (f"Bearer {a_token()}", "of-this-test")


def test_a_public_call_goes_without_the_token(structures: Stub, gateway: Flask) -> None:
    structures.answer("GET", "/public-structures", {"items": [], "next": None})

    with gateway.test_request_context():
        current_person.set_access_token(a_token())
        a_structures_client(structures.url).search_public({"name": "Émile & fils"})

    assert "Authorization" not in structures.last().headers
    assert structures.last().query == "name=%C3%89mile+%26+fils"


def test_what_a_call_recorded_is_sent_along_to_other_services_only(structures: Stub, gateway: Flask) -> None:
    writes = RecentWrites()
    writes.remember("subject 42", "identity:event-1")
    structures.answer_as_documented("POST", "/structures", Guichet_Recorded="structures:event-2")
    client = a_structures_client(structures.url, writes=writes)

    with gateway.test_request_context():
        current_person.set_access_token(a_token(42))
        client.create({})

    assert structures.last().headers["Guichet-After"] == "identity:event-1"
    assert writes.of("subject 42", seen_by="espaces") == "identity:event-1, structures:event-2"


def test_a_refused_write_is_not_remembered(structures: Stub, gateway: Flask) -> None:
    writes = RecentWrites()
    structures.refuse("POST", "/structures", 409, "structure_exists", Guichet_Recorded="structures:event-2")

    with gateway.test_request_context():
        current_person.set_access_token(a_token(42))
        with pytest.raises(ServiceRefusal):
            a_structures_client(structures.url, writes=writes).create({})

    assert writes.of("subject 42", seen_by="espaces") == ""


def test_a_redirection_is_not_followed(structures: Stub) -> None:
    structures.answer_with("GET", "/structures", lambda: Response("{}", 302, {"Location": f"{structures.url}/other"}))

    a_structures_client(structures.url).exchange(ServiceRequest("GET", "/structures"))

    assert [received.path for received in structures.received] == ["/structures"]


def test_no_cookie_goes_from_one_person_to_another(structures: Stub) -> None:
    structures.answer_as_documented("GET", "/structures", Set_Cookie="session=of-someone")
    client = a_structures_client(structures.url)

    client.search({})
    client.search({})

    assert "Cookie" not in structures.last().headers


def test_a_parameter_of_a_path_is_one_segment() -> None:
    assert (
        expand_path("/structures/{structure_id}", structure_id="../a b?c#d/é")
        == "/structures/..%2Fa%20b%3Fc%23d%2F%C3%A9"
    )


def test_empty_criteria_are_left_out() -> None:
    assert without_empty({"name": "", "town": None, "limit": 0, "is_public": False}) == {"limit": 0, "is_public": False}


def test_booleans_go_as_json_writes_them(structures: Stub) -> None:
    structures.answer("GET", "/structures", {"items": [], "next": None})

    a_structures_client(structures.url).search({"is_public": True})

    assert structures.last().query == "is_public=true"
