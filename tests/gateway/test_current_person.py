import pytest
from flask import Flask

from gateway import current_person
from tests.gateway.builders import a_token


def test_the_writer_is_the_subject_of_the_token() -> None:
    assert current_person.subject_of(a_token(42)) == "subject 42"


@pytest.mark.parametrize(
    "token", ["", "x", "a.b", "a.%%.c", "a.e30.c", "a.W10.c", "a.bnVsbA.c", "é.é.é", "a." + "A" * 7]
)
def test_a_token_that_is_not_one_of_ours_is_a_writer_of_its_own(token: str) -> None:
    assert current_person.subject_of(token) == f"token {token}"


def test_someone_who_is_not_signed_in_is_known_by_their_address() -> None:
    with Flask("any").test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        assert current_person.writer() == "address 192.0.2.1"


def test_calls_are_made_in_the_name_of_the_person_until_told_otherwise() -> None:
    with Flask("any").test_request_context():
        current_person.set_access_token(a_token(42))
        as_person = current_person.access_token(), current_person.writer()
        current_person.set_access_token(None)

        assert as_person == (a_token(42), "subject 42")
        assert current_person.access_token() is None
