"""The second step of signing in: recovery codes, wrong answers, and what stands in no log or row (A-14)."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import inspect, text

from services.identity.models.recovery_links import MOST_TRIES
from services.identity.models.tries import SECOND_FACTORS
from services.identity.use_cases import sessions
from tests.services.identity.authenticators import SoftPasskey, code_of
from tests.services.identity.builders import PASSWORD, Headers, Identity, an_address, bearer, faults, refusal

pytestmark = pytest.mark.both_databases

CODES = "/second-factors/recovery-codes"
WRONG = "000000"


@pytest.fixture
def me(identity: Identity) -> Headers:
    identity.active_account()
    return bearer(identity.sign_in())


@pytest.fixture
def codes(identity: Identity, me: Headers) -> list[str]:
    """Recovery codes of an account with an app."""
    return identity.add_app(me)[1]


def everything_stored(identity: Identity) -> str:
    """Every row of every table, as text."""
    with identity.service.database.reading() as session:
        tables = inspect(session.get_bind()).get_table_names()
        rows = [session.execute(text(f'SELECT * FROM "{table}"')).all() for table in tables]
    return repr(rows)


@pytest.mark.parametrize(
    ("shown", "fault"),
    [
        ({}, {"code": "required"}),
        ({"code": ""}, {"code": "required"}),
        ({"code": "123456", "recovery_code": "AAAA"}, {"recovery_code": "duplicate"}),
        ({"code": "123456", "passkey": {"id": "x"}}, {"passkey": "duplicate"}),
        ({"passkey": "a text"}, {"passkey": "invalid"}),
    ],
)
def test_exactly_one_second_factor_is_shown(
    identity: Identity, shown: dict[str, Any], fault: dict[str, str]
) -> None:
    answer = identity.second_step("whatever", **shown)

    assert refusal(answer) == (422, "invalid_input")
    assert faults(answer) == fault


def test_a_challenge_that_was_never_given_is_refused(identity: Identity) -> None:
    assert refusal(identity.second_step("never given", code=WRONG)) == (401, "second_step_ended")
    asked = identity.post("/sessions/second-factor/passkey-options", {"challenge": "never given"})
    assert refusal(asked) == (401, "second_step_ended")


def test_ten_recovery_codes_come_with_the_first_second_factor_alone(identity: Identity, me: Headers) -> None:
    _, codes = identity.add_app(me)
    passkey = SoftPasskey()
    added = identity.register_passkey(me, passkey.register(identity.ask_for_new_passkey(me)))

    assert len(set(codes)) == 10
    assert added.get_json()["recovery_codes"] == []
    assert identity.second_factors(me)["recovery_codes_left"] == 10


def test_a_recovery_code_opens_a_session_once(identity: Identity, me: Headers, codes: list[str]) -> None:
    first = identity.second_step(identity.first_step(), recovery_code=codes[3])
    again = identity.second_step(identity.first_step(), recovery_code=codes[3])

    assert first.status_code == 201
    assert refusal(again) == (401, "recovery_code_wrong")
    assert identity.second_factors(me)["recovery_codes_left"] == 9
    assert identity.events("identity.recovery_code_used.v1") == [{"account_id": 1, "left": 9}]


def test_a_recovery_code_may_be_typed_as_people_type(identity: Identity, codes: list[str]) -> None:
    typed = f" {codes[0].lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "

    assert identity.second_step(identity.first_step(), recovery_code=typed).status_code == 201


def test_when_no_recovery_code_is_left_none_is_asked_for(identity: Identity, codes: list[str]) -> None:
    for code in codes:
        assert identity.second_step(identity.first_step(), recovery_code=code).status_code == 201

    assert identity.sign_in().get_json()["methods"] == ["code"]
    assert identity.events("identity.recovery_code_used.v1")[-1]["left"] == 0


def test_renewed_codes_replace_the_old_ones(identity: Identity, me: Headers, codes: list[str]) -> None:
    renewed = identity.post(CODES, {"current_password": PASSWORD}, headers=me).get_json()["recovery_codes"]

    old = identity.second_step(identity.first_step(), recovery_code=codes[0])
    new = identity.second_step(identity.first_step(), recovery_code=renewed[0])
    assert refusal(old) == (401, "recovery_code_wrong")
    assert new.status_code == 201
    assert identity.events("identity.recovery_codes_renewed.v1") == [{"account_id": 1}]


def test_codes_are_only_renewed_by_who_knows_the_password_and_has_a_second_factor(
    identity: Identity, me: Headers
) -> None:
    without = identity.post(CODES, {"current_password": PASSWORD}, headers=me)
    identity.add_app(me)
    wrong = identity.post(CODES, {"current_password": "not this one at all"}, headers=me)

    assert refusal(without) == (409, "no_second_factor")
    assert refusal(wrong) == (422, "current_password_wrong")
    assert "identity.recovery_codes_renewed.v1" not in identity.event_names()


def test_the_recovery_code_of_another_is_wrong(identity: Identity, codes: list[str]) -> None:
    other = an_address()
    identity.active_account(login_email=other)
    identity.add_app(bearer(identity.sign_in(other)))

    answer = identity.second_step(identity.first_step(login_email=other), recovery_code=codes[0])

    assert refusal(answer) == (401, "recovery_code_wrong")
    assert identity.second_step(identity.first_step(), recovery_code=codes[0]).status_code == 201


def test_a_challenge_is_good_for_one_session(identity: Identity, codes: list[str]) -> None:
    challenge = identity.first_step()
    assert identity.second_step(challenge, recovery_code=codes[0]).status_code == 201

    assert refusal(identity.second_step(challenge, recovery_code=codes[1])) == (401, "second_step_ended")


def test_after_five_wrong_answers_the_right_one_comes_too_late(identity: Identity, codes: list[str]) -> None:
    challenge = identity.first_step()
    wrong = [refusal(identity.second_step(challenge, code=WRONG)) for _ in range(MOST_TRIES)]

    sixth = identity.second_step(challenge, recovery_code=codes[0])

    assert wrong == [(401, "second_factor_wrong")] * MOST_TRIES
    assert refusal(sixth) == (401, "second_step_ended")
    assert identity.second_step(identity.first_step(), recovery_code=codes[0]).status_code == 201


def test_who_begins_again_and_again_is_stopped_for_a_while_and_the_holder_is_told_once(
    identity: Identity, me: Headers
) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2), tick=False) as clock:
        secret, _ = identity.add_app(bearer(identity.sign_in()))
        clock.shift(timedelta(minutes=1))
        for _ in range(SECOND_FACTORS.most):
            assert refusal(identity.second_step(identity.first_step(), code=WRONG)) == (401, "second_factor_wrong")

        stopped = [identity.second_step(identity.first_step(), code=code_of(secret)) for _ in range(3)]

        assert {refusal(answer) for answer in stopped} == {(429, "too_many_wrong_second_factors")}
        assert identity.events("identity.second_factor_guessed_at.v1") == [{"account_id": 1}]
        clock.shift(SECOND_FACTORS.within)
        assert identity.second_step(identity.first_step(), code=code_of(secret)).status_code == 201


def test_wrong_answers_for_one_account_do_not_stop_another(identity: Identity, codes: list[str]) -> None:
    other = an_address()
    identity.active_account(login_email=other)
    identity.add_app(bearer(identity.sign_in(other)))
    for _ in range(SECOND_FACTORS.most):
        identity.second_step(identity.first_step(login_email=other), code=WRONG)

    assert identity.second_step(identity.first_step(), recovery_code=codes[0]).status_code == 201


def test_ending_all_sessions_ends_a_sign_in_that_waits_for_its_second_step(
    identity: Identity, codes: list[str]
) -> None:
    challenge = identity.first_step()
    with identity.service.database.writing() as session:
        sessions.end_all(session, 1)

    assert refusal(identity.second_step(challenge, recovery_code=codes[0])) == (401, "second_step_ended")


def test_no_secret_is_stored_logged_or_told(
    identity: Identity, me: Headers, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    secret, codes = identity.add_app(me)
    passkey = SoftPasskey()
    options = identity.ask_for_new_passkey(me)
    identity.register_passkey(me, passkey.register(options))
    challenge = identity.first_step()
    session = identity.second_step(challenge, recovery_code=codes[0]).get_json()
    identity.second_step(identity.first_step(), code=code_of(secret, steps_from_now=1))
    identity.second_step(identity.first_step(), code=WRONG)

    kept = everything_stored(identity) + caplog.text + "".join(capsys.readouterr())

    shown = [secret, *codes, *(code.replace("-", "") for code in codes), challenge, session["refresh_token"], PASSWORD]
    assert [one for one in shown if one in kept] == []
    assert "second_factor_added" in kept
