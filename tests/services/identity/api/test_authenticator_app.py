"""An authenticator app: added, asked for at sign-in, removed (A-14)."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine

from services.identity.models.challenges import CHALLENGE_VALIDITY
from services.identity.models.second_factors import ENROLMENT_VALIDITY
from tests.services.identity.authenticators import code_of
from tests.services.identity.builders import (
    EMAIL,
    PASSWORD,
    Headers,
    Identity,
    an_address,
    bearer,
    faults,
    refusal,
)

pytestmark = pytest.mark.both_databases

STEP = timedelta(seconds=30)
START_OF_A_STEP = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ALMOST = timedelta(milliseconds=1)
APP = "/second-factors/authenticator-app"
CONFIRMATION = f"{APP}/confirmation"


@pytest.fixture
def me(identity: Identity) -> Headers:
    identity.active_account()
    return bearer(identity.sign_in())


def begin(identity: Identity, headers: Headers) -> str:
    return str(identity.post(APP, {"current_password": PASSWORD}, headers=headers).get_json()["secret"])


def test_without_a_second_factor_nothing_changes(identity: Identity, me: Headers) -> None:
    answer = identity.sign_in()

    assert answer.status_code == 201
    assert {"access_token", "refresh_token"} < answer.get_json().keys()
    assert "challenge" not in answer.get_json()
    assert identity.second_factors(me) == {"authenticator_app": None, "passkeys": [], "recovery_codes_left": 0}


def test_an_app_is_only_begun_by_who_knows_the_password(identity: Identity, me: Headers) -> None:
    answer = identity.post(APP, {"current_password": "not this one at all"}, headers=me)

    assert refusal(answer) == (422, "current_password_wrong")
    assert faults(answer) == {"current_password": "current_password_wrong"}


def test_the_address_for_the_app_names_the_portal_and_the_account(identity: Identity, me: Headers) -> None:
    begun = identity.post(APP, {"current_password": PASSWORD}, headers=me).get_json()

    app = pyotp.parse_uri(begun["address"])
    assert (app.issuer, app.name, app.secret) == ("Guichet", EMAIL, begun["secret"])
    assert len(begun["secret"]) == 32  # 160 bits


def test_an_app_counts_only_once_its_first_code_was_right(identity: Identity, me: Headers) -> None:
    secret = begin(identity, me)

    wrong = identity.post(CONFIRMATION, {"code": code_of(secret, steps_from_now=9)}, headers=me)

    assert refusal(wrong) == (422, "code_wrong")
    assert faults(wrong) == {"code": "code_wrong"}
    assert identity.second_factors(me)["authenticator_app"] is None
    assert identity.sign_in().status_code == 201
    assert "identity.second_factor_added.v1" not in identity.event_names()


def test_a_first_code_without_a_beginning_is_refused(identity: Identity, me: Headers) -> None:
    assert refusal(identity.post(CONFIRMATION, {"code": "123456"}, headers=me)) == (409, "authenticator_app_not_begun")


def test_a_beginning_expires(identity: Identity, me: Headers) -> None:
    with time_machine.travel(START_OF_A_STEP, tick=False) as clock:
        me = bearer(identity.sign_in())
        secret = begin(identity, me)
        clock.shift(ENROLMENT_VALIDITY)
        me = bearer(identity.sign_in())

        answer = identity.post(CONFIRMATION, {"code": code_of(secret)}, headers=me)

        assert refusal(answer) == (409, "authenticator_app_not_begun")
        clock.shift(-ALMOST)
        assert identity.post(CONFIRMATION, {"code": code_of(secret)}, headers=me).status_code == 201


def test_beginning_again_replaces_the_secret(identity: Identity, me: Headers) -> None:
    first, second = begin(identity, me), begin(identity, me)

    assert refusal(identity.post(CONFIRMATION, {"code": code_of(first)}, headers=me)) == (422, "code_wrong")
    assert identity.post(CONFIRMATION, {"code": code_of(second)}, headers=me).status_code == 201


def test_an_account_has_one_app(identity: Identity, me: Headers) -> None:
    secret, _ = identity.add_app(me)

    begun = identity.post(APP, {"current_password": PASSWORD}, headers=me)
    confirmed = identity.post(CONFIRMATION, {"code": code_of(secret)}, headers=me)

    assert refusal(begun) == refusal(confirmed) == (409, "authenticator_app_exists")


def test_with_an_app_the_right_password_opens_no_session_yet(identity: Identity, me: Headers) -> None:
    identity.add_app(me)

    answer = identity.sign_in()

    assert answer.status_code == 200
    assert answer.get_json() | {"challenge": "", "expires_at": ""} == {
        "second_factor_needed": True,
        "challenge": "",
        "expires_at": "",
        "methods": ["code", "recovery_code"],
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_stranger_cannot_tell_who_has_a_second_factor(identity: Identity, me: Headers) -> None:
    identity.add_app(me)

    wrong, unknown = identity.sign_in(password="not this one at all"), identity.sign_in(an_address())

    assert refusal(wrong) == refusal(unknown) == (401, "wrong_credentials")
    assert wrong.get_json() == unknown.get_json()


@pytest.mark.parametrize(
    ("passed", "taken"),
    [
        (-STEP - ALMOST, False),  # the code is of the step after the next
        (-STEP, True),
        (timedelta(0), True),
        (2 * STEP - ALMOST, True),
        (2 * STEP, False),
    ],
)
def test_a_code_is_taken_one_step_either_side_of_its_own(
    identity: Identity, passed: timedelta, taken: bool
) -> None:
    with time_machine.travel(START_OF_A_STEP - timedelta(hours=1), tick=False) as clock:
        identity.active_account()
        secret, _ = identity.add_app(bearer(identity.sign_in()))
        clock.move_to(START_OF_A_STEP)
        code = code_of(secret)
        clock.shift(passed)

        answer = identity.second_step(identity.first_step(), code=code)

        assert answer.status_code == (201 if taken else 401)


def test_a_code_is_good_once(identity: Identity, me: Headers) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2), tick=False):
        secret, _ = identity.add_app(bearer(identity.sign_in()))
        used_to_enrol = identity.second_step(identity.first_step(), code=code_of(secret))
        first = identity.second_step(identity.first_step(), code=code_of(secret, steps_from_now=1))
        again = identity.second_step(identity.first_step(), code=code_of(secret, steps_from_now=1))

    assert first.status_code == 201
    assert refusal(used_to_enrol) == refusal(again) == (401, "second_factor_wrong")


def test_after_a_code_no_older_one_is_taken(identity: Identity, me: Headers) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2), tick=False) as clock:
        secret, _ = identity.add_app(bearer(identity.sign_in()))
        clock.shift(3 * STEP)
        older = code_of(secret)
        assert identity.second_step(identity.first_step(), code=code_of(secret, steps_from_now=1)).status_code == 201

        assert refusal(identity.second_step(identity.first_step(), code=older)) == (401, "second_factor_wrong")


def test_a_code_may_be_typed_with_blanks(identity: Identity, me: Headers) -> None:
    secret, _ = identity.add_app(me)
    code = code_of(secret, steps_from_now=1)

    assert identity.second_step(identity.first_step(), code=f"{code[:3]} {code[3:]}").status_code == 201


def test_the_app_of_one_account_says_nothing_for_another(identity: Identity, me: Headers) -> None:
    other = an_address()
    secret, _ = identity.add_app(me)
    identity.active_account(login_email=other)
    identity.add_app(bearer(identity.sign_in(other)))

    answer = identity.second_step(identity.first_step(login_email=other), code=code_of(secret, steps_from_now=1))

    assert refusal(answer) == (401, "second_factor_wrong")


def test_an_app_is_only_removed_by_who_knows_the_password(identity: Identity, me: Headers) -> None:
    identity.add_app(me)

    answer = identity.post(f"{APP}/removal", {"current_password": "not this one at all"}, headers=me)

    assert refusal(answer) == (422, "current_password_wrong")
    assert identity.second_factors(me)["authenticator_app"]


def test_with_the_last_second_factor_the_recovery_codes_go_too(identity: Identity, me: Headers) -> None:
    _, codes = identity.add_app(me)

    removed = identity.post(f"{APP}/removal", {"current_password": PASSWORD}, headers=me)

    assert removed.status_code == 204
    assert identity.second_factors(me) == {"authenticator_app": None, "passkeys": [], "recovery_codes_left": 0}
    assert identity.sign_in().status_code == 201
    again, new_codes = identity.add_app(me)
    assert again
    assert not set(codes) & set(new_codes)


def test_what_is_not_there_is_not_removed(identity: Identity, me: Headers) -> None:
    begin(identity, me)

    removed = identity.post(f"{APP}/removal", {"current_password": PASSWORD}, headers=me)

    assert refusal(removed) == (404, "authenticator_app_unknown")


def test_what_happens_to_an_app_is_told(identity: Identity, me: Headers) -> None:
    identity.add_app(me)
    identity.post(f"{APP}/removal", {"current_password": PASSWORD}, headers=me)

    told = {"account_id": 1, "kind": "authenticator_app"}
    assert identity.events("identity.second_factor_added.v1") == [told]
    assert identity.events("identity.second_factor_removed.v1") == [told]


def test_a_challenge_expires(identity: Identity, me: Headers) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2), tick=False) as clock:
        secret, _ = identity.add_app(bearer(identity.sign_in()))
        late, in_time = identity.first_step(), identity.first_step()
        clock.shift(CHALLENGE_VALIDITY - ALMOST)
        assert identity.second_step(in_time, code=code_of(secret)).status_code == 201
        clock.shift(ALMOST)

        answer = identity.second_step(late, code=code_of(secret, steps_from_now=1))

    assert refusal(answer) == (401, "second_step_ended")
