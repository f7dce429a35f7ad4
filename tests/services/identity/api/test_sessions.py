"""Signing in, staying signed in, signing out."""

import pytest

from services.identity.models.accounts import Account
from services.identity.models.sessions import AccountSession
from tests.kit.databases import fresh_database
from tests.services.identity.builders import (
    EMAIL,
    PASSWORD,
    Identity,
    an_address,
    bearer,
    faults,
    identity_under_test,
    refusal,
)

pytestmark = pytest.mark.both_databases


def test_every_way_of_not_being_able_to_sign_in_has_one_answer(active: Identity) -> None:
    pending = an_address()
    active.sign_up(login_email=pending)

    answers = [
        active.sign_in(login_email=an_address()),
        active.sign_in(login_email=pending),
        active.sign_in(password="not my password at all"),
        active.sign_in(password="x"),
        active.sign_in(password="x" * 1000),
    ]

    assert {refusal(answer) for answer in answers} == {(401, "wrong_credentials")}
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"login_email": EMAIL}, "password", "required"),
        ({"login_email": EMAIL, "password": PASSWORD, "remember": True}, "remember", "unknown_field"),
        ({"login_email": EMAIL, "password": "x" * 1001}, "password", "too_long"),
        ({"login_email": EMAIL, "password": "\udfff"}, "password", "invalid_characters"),
        ({"login_email": EMAIL, "password": 123456789012}, "password", "invalid"),
        ({"login_email": "camille", "password": PASSWORD}, "login_email", "not_an_email"),
    ],
)
def test_bad_input_is_named(identity: Identity, body: dict[str, str], field: str, code: str) -> None:
    assert faults(identity.post("/sessions", body)) == {field: code}


def test_signing_in_gives_a_short_token_and_a_refresh_token(active: Identity) -> None:
    answer = active.sign_in(login_email=EMAIL.upper())

    assert answer.status_code == 201
    tokens = answer.get_json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)
    assert active.client.get("/accounts/me", headers=bearer(answer)).status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_blanks_around_a_password_are_part_of_it(identity: Identity) -> None:
    identity.sign_up()
    identity.activate(identity.link(), password=" twelve and blanks ")

    assert identity.sign_in(password="twelve and blanks").status_code == 401
    assert identity.sign_in(password=" twelve and blanks ").status_code == 201


def test_a_long_user_agent_is_kept_in_part(active: Identity) -> None:
    active.sign_in(headers={"User-Agent": "x" * 4000})

    with active.service.database.reading() as session:
        assert session.query(AccountSession).one().user_agent == "x" * 200


def test_signing_out_ends_the_session_and_no_other(active: Identity) -> None:
    mine, other = active.sign_in(), active.sign_in()

    answer = active.client.delete("/sessions/current", headers=bearer(mine))

    assert answer.status_code == 204
    assert refusal(active.refresh(mine.get_json()["refresh_token"])) == (401, "session_ended")
    assert active.refresh(other.get_json()["refresh_token"]).status_code == 201


def test_signing_out_twice_is_refused(active: Identity) -> None:
    headers = bearer(active.sign_in())
    active.client.delete("/sessions/current", headers=headers)

    assert refusal(active.client.delete("/sessions/current", headers=headers)) == (401, "unauthenticated")


def test_nobody_signs_out_without_a_token(identity: Identity) -> None:
    assert refusal(identity.client.delete("/sessions/current")) == (401, "unauthenticated")


def test_a_sign_in_hashes_the_password_with_the_parameters_of_today() -> None:
    with fresh_database("identity") as url:
        with identity_under_test(database_url=url) as yesterday:
            yesterday.active_account()
        with identity_under_test(database_url=url, argon2_time_cost=2, argon2_memory_kib=128) as today:
            wrong, kept = today.sign_in(password="not my password at all"), password_hash(today)
            right, renewed = today.sign_in(), password_hash(today)
            again, unchanged = today.sign_in(), password_hash(today)

    assert [answer.status_code for answer in (wrong, right, again)] == [401, 201, 201]
    assert kept.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert renewed.startswith("$argon2id$v=19$m=128,t=2,p=1$")
    assert unchanged == renewed


def password_hash(identity: Identity) -> str:
    with identity.service.database.reading() as session:
        return str(session.query(Account).one().password_hash)
