"""Second factors that race on PostgreSQL (A-14): each is good once, also in the same instant."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
import time_machine

from chassis.ground.clock import now
from services.identity.models.challenges import MOST_ANSWERS
from tests.integration.races.racing import ROUNDS, outcomes
from tests.kit.together import together
from tests.services.identity.authenticators import SoftPasskey, code_of
from tests.services.identity.builders import PASSWORD, Headers, Identity, an_address, bearer

pytestmark = pytest.mark.containers

BETWEEN_ROUNDS = timedelta(minutes=4)
"""So that the answers that lose do not add up to too many."""
WON, ENDED, WRONG = (201, None), (401, "second_step_ended"), (401, "second_factor_wrong")


@pytest.fixture
def me(active: Identity) -> Headers:
    return bearer(active.sign_in())


def rounds(clock: time_machine.Traveller) -> Iterator[int]:
    for number in range(ROUNDS):
        clock.shift(BETWEEN_ROUNDS)
        yield number


def test_one_code_opens_one_session(active: Identity, me: Headers) -> None:
    secret, _ = active.add_app(me)
    with time_machine.travel(now(), tick=False) as clock:
        for _ in rounds(clock):
            code, challenges = code_of(secret), [active.first_step(), active.first_step()]
            answers = together(*(partial(active.second_step, one, code=code) for one in challenges))

            assert outcomes(answers) == {WON: 1, WRONG: 1}


def test_one_challenge_opens_one_session(active: Identity, me: Headers) -> None:
    active.add_app(me)
    for _ in range(3):
        renewed = active.post("/second-factors/recovery-codes", {"current_password": PASSWORD}, headers=me)
        codes = renewed.get_json()["recovery_codes"]
        for two in zip(codes[::2], codes[1::2], strict=True):
            challenge = active.first_step()
            answers = together(*(partial(active.second_step, challenge, recovery_code=code) for code in two))

            assert outcomes(answers) == {WON: 1, ENDED: 1}


def test_one_recovery_code_opens_one_session(active: Identity, me: Headers) -> None:
    _, codes = active.add_app(me)
    with time_machine.travel(now(), tick=False) as clock:
        for code in codes:
            clock.shift(BETWEEN_ROUNDS)
            challenges = [active.first_step() for _ in range(3)]
            answers = together(*(partial(active.second_step, one, recovery_code=code) for one in challenges))

            assert outcomes(answers) == {WON: 1, (401, "recovery_code_wrong"): 2}

    assert [told["left"] for told in active.events("identity.recovery_code_used.v1")] == [*range(9, -1, -1)]


def test_one_answer_of_a_passkey_opens_one_session(active: Identity, me: Headers) -> None:
    passkey = SoftPasskey(counts=False)
    active.register_passkey(me, passkey.register(active.ask_for_new_passkey(me)))
    for _ in range(ROUNDS):
        signed = passkey.sign(active.ask_for_passkey())
        answers = together(*[partial(active.sign_in_with, signed)] * 3)

        assert outcomes(answers) == {WON: 1, (401, "passkey_refused"): 2}


def test_wrong_answers_at_once_are_all_counted(active: Identity, me: Headers) -> None:
    active.add_app(me)
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(5):
            clock.shift(timedelta(minutes=15))
            challenge = active.first_step()
            answers = together(*[partial(active.second_step, challenge, code="000000")] * 8)

            assert outcomes(answers) == {WRONG: MOST_ANSWERS, ENDED: 8 - MOST_ANSWERS}


def test_a_first_code_sent_twice_adds_one_app(active: Identity, me: Headers) -> None:
    for _ in range(5):
        address = an_address()
        active.active_account(login_email=address)
        headers = bearer(active.sign_in(address))
        begun = active.post("/second-factors/authenticator-app", {"current_password": PASSWORD}, headers=headers)
        code = {"code": code_of(begun.get_json()["secret"])}
        confirm = partial(active.post, "/second-factors/authenticator-app/confirmation", code, headers=headers)

        assert outcomes(together(confirm, confirm)) == {WON: 1, (409, "authenticator_app_exists"): 1}
        assert active.second_factors(headers)["recovery_codes_left"] == 10


def test_one_passkey_is_registered_with_one_account(active: Identity, me: Headers) -> None:
    other = an_address()
    active.active_account(login_email=other)
    theirs = bearer(active.sign_in(other))
    for _ in range(10):
        passkey = SoftPasskey()
        made = [passkey.register(active.ask_for_new_passkey(headers)) for headers in (me, theirs)]
        answers = together(*(partial(active.register_passkey, *one) for one in zip((me, theirs), made, strict=True)))

        assert outcomes(answers) == {WON: 1, (409, "passkey_exists"): 1}


def test_a_factor_that_is_removed_while_it_is_shown_stops_nobody(active: Identity, me: Headers) -> None:
    for _ in range(10):
        passkey = SoftPasskey()
        registered = active.register_passkey(me, passkey.register(active.ask_for_new_passkey(me)))
        passkey_id, challenge = registered.get_json()["passkey"]["passkey_id"], active.first_step()
        signed = passkey.sign(active.ask_for_second_passkey(challenge))
        removed, shown = together(
            partial(
                active.post,
                f"/second-factors/passkeys/{passkey_id}/removal",
                {"current_password": PASSWORD},
                headers=me,
            ),
            partial(active.second_step, challenge, passkey=signed),
        )

        assert removed.status_code == 204
        assert shown.status_code in (201, 401)
        assert active.sign_in().status_code == 201
