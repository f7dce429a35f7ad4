"""Sign-ups and captchas that race, on PostgreSQL."""

from functools import partial

import pytest
import time_machine
from sqlalchemy import select

from chassis.ground.clock import now
from services.identity.models.captchas import CAPTCHA_VALIDITY, Captcha
from tests.integration.races.racing import ROUNDS, outcomes
from tests.kit.together import together
from tests.services.identity.builders import Identity, an_address

pytestmark = pytest.mark.containers


def test_of_two_sign_ups_of_one_address_one_makes_the_account(identity: Identity) -> None:
    for _ in range(ROUNDS):
        address, captchas = an_address(), [identity.captcha(), identity.captcha()]
        answers = together(
            partial(identity.sign_up, login_email=address, captcha_id=captchas[0]),
            partial(identity.sign_up, login_email=address.upper(), captcha_id=captchas[1]),
        )

        assert outcomes(answers) == {(202, None): 2}
        assert answers[0].get_json() == answers[1].get_json()

    assert identity.event_names() == ["identity.account_registered.v1"] * ROUNDS


def test_of_two_sign_ups_with_one_captcha_one_passes(identity: Identity) -> None:
    for _ in range(ROUNDS):
        captcha = identity.captcha()
        answers = together(
            partial(identity.sign_up, login_email=an_address(), captcha_id=captcha),
            partial(identity.sign_up, login_email=an_address(), captcha_id=captcha),
        )

        assert outcomes(answers) == {(202, None): 1, (422, "captcha_expired"): 1}


def test_a_new_captcha_does_not_wait_for_another_to_forget_the_expired_ones(identity: Identity) -> None:
    for _ in range(3):
        identity.captcha()
    with identity.service.database.writing() as session, time_machine.travel(now() + CAPTCHA_VALIDITY, tick=True):
        assert len(session.scalars(select(Captcha).with_for_update()).all()) == 3

        assert identity.post("/captchas").status_code == 201
