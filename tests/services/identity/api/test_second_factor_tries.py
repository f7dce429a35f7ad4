"""Guessing second factors: codes are locked for longer and longer, and nothing else is with them (A-11, A-14)."""

from datetime import timedelta

import pytest
import time_machine

from chassis.ground.clock import now
from services.identity.models.tries import SECOND_FACTORS, SECOND_FACTORS_A_DAY
from tests.services.identity.authenticators import SoftPasskey, code_of
from tests.services.identity.builders import PASSWORD, Headers, Identity, bearer, refusal

pytestmark = pytest.mark.both_databases

WRONG = "000000"
LOCKED = (429, "too_many_wrong_second_factors")
GUESSED = "identity.second_factor_guessed_at.v1"
DAY = timedelta(hours=24)


@pytest.fixture
def me(identity: Identity) -> Headers:
    """With an app, added some time ago, so that its next code is new."""
    identity.active_account()
    return identity.signed_in()


@pytest.fixture
def secret_and_codes(identity: Identity, me: Headers) -> tuple[str, list[str]]:
    return identity.add_app(me)


def guess(identity: Identity, times: int = SECOND_FACTORS.most, **shown: str) -> list[tuple[int, str]]:
    shown = shown or {"code": WRONG}
    return [refusal(identity.second_step(identity.first_step(), **shown)) for _ in range(times)]


def test_each_lock_of_codes_is_twice_as_long_as_the_one_before(
    identity: Identity, secret_and_codes: tuple[str, list[str]]
) -> None:
    waits, at = [], now() + timedelta(minutes=2)
    for _ in range(2):
        with time_machine.travel(at, tick=False):
            guess(identity)
            locked = identity.second_step(identity.first_step(), code=WRONG)
            assert refusal(locked) == LOCKED
            waits.append(int(locked.headers["Retry-After"]))
        at += timedelta(seconds=waits[-1])

    assert waits == [15 * 60, 30 * 60]
    assert len(identity.events(GUESSED)) == 2


def test_a_day_has_thirty_wrong_codes_however_they_are_spread(
    identity: Identity, secret_and_codes: tuple[str, list[str]]
) -> None:
    start = now() + timedelta(minutes=2)
    with time_machine.travel(start, tick=False) as clock:
        for number in range(SECOND_FACTORS_A_DAY.most):
            clock.move_to(start + number * timedelta(minutes=20))
            assert guess(identity, 1) == [(401, "second_factor_wrong")]
        clock.shift(timedelta(minutes=20))
        refused = identity.second_step(identity.first_step(), code=code_of(secret_and_codes[0]))
        clock.shift(DAY)

        assert refusal(refused) == LOCKED
        assert int(refused.headers["Retry-After"]) > 23 * 3600
        opened = identity.second_step(identity.first_step(), code=code_of(secret_and_codes[0]))
        assert opened.status_code == 201
    assert identity.events(GUESSED) == [{"account_id": 1}]


def test_the_holders_own_codes_give_a_guesser_no_more_tries_a_day(
    identity: Identity, secret_and_codes: tuple[str, list[str]]
) -> None:
    start = now() + timedelta(minutes=2)
    with time_machine.travel(start, tick=False) as clock:
        for hour in range(4):
            clock.move_to(start + timedelta(hours=hour))
            guess(identity, 9)
            right = identity.second_step(identity.first_step(), code=code_of(secret_and_codes[0]))

    assert refusal(right) == LOCKED
    assert identity.history().count("second_factor_failed") == SECOND_FACTORS_A_DAY.most


def test_while_codes_are_locked_recovery_codes_and_passkeys_are_not(
    identity: Identity, me: Headers, secret_and_codes: tuple[str, list[str]]
) -> None:
    passkey = SoftPasskey()
    identity.register_passkey(me, passkey.register(identity.ask_for_new_passkey(me)))
    guess(identity)

    challenge = identity.first_step()
    signed = passkey.sign(identity.ask_for_second_passkey(challenge))

    assert guess(identity, 1) == [LOCKED]
    assert identity.second_step(challenge, passkey=signed).status_code == 201
    assert identity.second_step(identity.first_step(), recovery_code=secret_and_codes[1][0]).status_code == 201


def test_wrong_recovery_codes_lock_neither_codes_nor_recovery_codes_and_fill_no_history(
    identity: Identity, secret_and_codes: tuple[str, list[str]]
) -> None:
    wrong = guess(identity, 40, recovery_code="AAAA-AAAA-AAAA-AAAA-AAAA-AAAA")

    assert set(wrong) == {(401, "recovery_code_wrong")}
    assert identity.history().count("second_factor_failed") == SECOND_FACTORS.most
    assert identity.events(GUESSED) == [{"account_id": 1}]
    assert identity.second_step(identity.first_step(), recovery_code=secret_and_codes[1][0]).status_code == 201
    with time_machine.travel(now() + timedelta(minutes=2)):
        code = code_of(secret_and_codes[0])
        assert identity.second_step(identity.first_step(), code=code).status_code == 201


def test_codes_that_a_stranger_guesses_are_not_locked_on_a_known_device(
    identity: Identity, secret_and_codes: tuple[str, list[str]]
) -> None:
    opened = identity.second_step(identity.first_step(), recovery_code=secret_and_codes[1][0])
    known = {"device_tokens": [opened.get_json()["device_token"]]}
    guess(identity)

    with time_machine.travel(now() + timedelta(minutes=2)):
        code = code_of(secret_and_codes[0])
        stranger = identity.second_step(identity.first_step(), code=code)
        holder = identity.second_step(identity.first_step(), code=code, **known)

    assert refusal(stranger) == LOCKED
    assert holder.status_code == 201


def test_a_stolen_device_guesses_no_more_codes_than_a_stranger(
    identity: Identity, secret_and_codes: tuple[str, list[str]]
) -> None:
    opened = identity.second_step(identity.first_step(), recovery_code=secret_and_codes[1][0])
    known = {"code": WRONG, "device_tokens": [opened.get_json()["device_token"]]}
    for _ in range(SECOND_FACTORS.most):
        identity.second_step(identity.first_step(), **known)

    assert refusal(identity.second_step(identity.first_step(), **known)) == LOCKED
    assert guess(identity, 1) == [(401, "second_factor_wrong")]


def test_codes_guessed_for_an_erasure_are_counted_for_that_session_alone(
    identity: Identity, me: Headers, secret_and_codes: tuple[str, list[str]]
) -> None:
    def erase(headers: Headers, **factor: str) -> tuple[int, str]:
        body = {"current_password": PASSWORD, **factor}
        return refusal(identity.post("/personal-data/erasure", body, headers=headers))

    other = bearer(identity.second_step(identity.first_step(), recovery_code=secret_and_codes[1][0]))
    for _ in range(SECOND_FACTORS.most):
        assert erase(me, code=WRONG) == (401, "second_factor_wrong")

    assert erase(me, code=WRONG) == LOCKED
    assert erase(other, code=WRONG) == (401, "second_factor_wrong")
    assert guess(identity, 1) == [(401, "second_factor_wrong")]


@pytest.mark.parametrize("wrong", ["AAAA", "7K2M-7K2M-7K2M-7K2M-7K2M-7K2M", "«»", "x" * 60])
def test_a_wrong_recovery_code_is_told_as_such(
    identity: Identity, secret_and_codes: tuple[str, list[str]], wrong: str
) -> None:
    assert guess(identity, 1, recovery_code=wrong) == [(401, "recovery_code_wrong")]


@pytest.mark.parametrize("written", ["«{}»", " {}.", "\u200b{}\u00ad", "code : {}".replace("code : ", "- ")])
def test_of_a_recovery_code_letters_and_digits_alone_count(
    identity: Identity, secret_and_codes: tuple[str, list[str]], written: str
) -> None:
    code = secret_and_codes[1][0].replace("-", "–")

    assert identity.second_step(identity.first_step(), recovery_code=written.format(code)).status_code == 201
