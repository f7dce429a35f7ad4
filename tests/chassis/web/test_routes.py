"""Bad input to any route: the right status, a stable code, the fields to blame, and nothing changed."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.chassis.toy import TOY
from tests.kit.support import ServiceUnderTest, service_under_test

GOOD = {"name": "a", "number": 4}


@pytest.fixture
def toy() -> Iterator[ServiceUnderTest]:
    with service_under_test(TOY) as running:
        yield running


def post(toy: ServiceUnderTest, **content: Any) -> Any:
    return toy.client.post("/things/3", headers=toy.person_headers(41), **content)


def errors(answer: Any) -> dict[str, str]:
    return {error["field"]: error["code"] for error in answer.get_json()["errors"]}


def test_a_write_answers_with_the_event_that_it_recorded(toy: ServiceUnderTest) -> None:
    answer = post(toy, json=GOOD)

    assert answer.status_code == 201
    assert answer.headers["Guichet-Recorded"].startswith("identity:")
    assert toy.recorded() == [("identity.account_activated.v1", {"account_id": 3})]


def test_a_refusal_is_a_problem_with_its_code_and_its_field_and_changes_nothing(toy: ServiceUnderTest) -> None:
    answer = post(toy, json={**GOOD, "name": "taken"})

    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert answer.get_json()["code"] == "name_taken"
    assert errors(answer) == {"name": "name_taken"}
    assert "Guichet-Recorded" not in answer.headers
    assert toy.recorded() == []


def test_a_refusal_that_keeps_its_consequences_names_the_event_that_it_recorded(toy: ServiceUnderTest) -> None:
    answer = post(toy, json={**GOOD, "name": "counted"})

    assert (answer.status_code, answer.get_json()["code"]) == (409, "counted")
    assert answer.headers["Guichet-Recorded"].startswith("identity:")
    assert toy.recorded() == [("identity.account_activated.v1", {"account_id": 3})]


def test_a_fault_of_ours_tells_nothing_of_itself(toy: ServiceUnderTest) -> None:
    answer = post(toy, json={**GOOD, "name": "fault"})

    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
    assert toy.recorded() == []


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ({"data": b"\xff\xfe{}", "content_type": "application/json"}, 400, "not_json"),
        ({"data": b'{"name": ', "content_type": "application/json"}, 400, "not_json"),
        ({"data": b"name=a", "content_type": "application/x-www-form-urlencoded"}, 415, "unsupported_media_type"),
        ({}, 415, "unsupported_media_type"),
        ({"data": b"[" * 10_000_000, "content_type": "application/json"}, 413, "too_large"),
        ({"data": b"[" * 60_000, "content_type": "application/json"}, 400, "not_json"),
        ({"data": b'{"number": %s}' % (b"9" * 5000), "content_type": "application/json"}, 400, "not_json"),
        ({"json": []}, 422, "invalid_input"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    toy: ServiceUnderTest, content: dict[str, Any], status: int, code: str
) -> None:
    answer = post(toy, **content)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert toy.recorded() == []


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": None}, "name", "required"),
        ({"name": ""}, "name", "required"),
        ({"name": "   "}, "name", "required"),
        ({"name": "x" * 21}, "name", "too_long"),
        ({"name": 4}, "name", "invalid"),
        ({"name": "a\x00"}, "name", "invalid_characters"),
        ({"name": "a\nb"}, "name", "invalid_characters"),
        ({"name": "\u202eevil"}, "name", "invalid_characters"),
        ({"name": "\ud800"}, "name", "invalid_characters"),
        ({"email": "nobody"}, "email", "not_an_email"),
        ({"tags": ["abcd"]}, "tags.0", "too_long"),
        ({"tags": "abc"}, "tags", "invalid"),
        ({"number": True}, "number", "invalid"),
        ({"number": 4.7}, "number", "invalid"),
        ({"number": 0}, "number", "out_of_range"),
        ({"number": 2**53}, "number", "out_of_range"),
        ({"surprise": 1}, "surprise", "unknown_field"),
    ],
)
def test_a_field_that_is_wrong_is_named_with_a_code(
    toy: ServiceUnderTest, change: dict[str, Any], field: str, code: str
) -> None:
    answer = post(toy, json={**GOOD, **change})

    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_input")
    assert errors(answer) == {field: code}
    assert toy.recorded() == []


@pytest.mark.parametrize(("query", "field"), [("limit=0", "limit"), ("limit=x", "limit"), ("z=1", "z")])
def test_a_query_that_is_wrong_is_refused(toy: ServiceUnderTest, query: str, field: str) -> None:
    answer = toy.client.get(f"/things?{query}")

    assert answer.status_code == 422
    assert field in errors(answer)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("PUT", "/things/3", 405), ("GET", "/nothing", 404), ("POST", "/things/0", 404), ("POST", "/things/x", 404)],
)
def test_what_is_not_there_is_a_problem_too(toy: ServiceUnderTest, method: str, path: str, status: int) -> None:
    answer = toy.client.open(path, method=method, json=GOOD, headers=toy.person_headers(41))

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_a_log_line_holds_the_pattern_of_the_route_and_never_its_path(
    toy: ServiceUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    toy.client.get("/things?after=a-secret-token", headers={"X-Correlation-ID": "abcdefgh-1"})
    post(toy, json=GOOD)

    told = capsys.readouterr().out
    assert "/things/<int:thing_id>" in told
    assert "abcdefgh-1" in told
    assert "a-secret-token" not in told
    assert "/things/3" not in told


def test_a_database_that_does_not_answer_is_no_fault_of_the_request(toy: ServiceUnderTest) -> None:
    with toy.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE outbox")  # to SQLite, as good as gone

    answer = post(toy, json=GOOD)

    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize("sent", ["short", "with blanks in it", "a" * 65, "line\tbreak-in-a-log"])
def test_a_correlation_id_that_could_spoil_a_log_is_replaced(toy: ServiceUnderTest, sent: str) -> None:
    answer = toy.client.get("/things", headers={"X-Correlation-ID": sent})

    assert len(answer.headers["X-Correlation-ID"]) == 36
    assert (
        toy.client.get("/things", headers={"X-Correlation-ID": "abcdefgh-1"}).headers["X-Correlation-ID"]
        == "abcdefgh-1"
    )
