"""Captchas: which answers count."""

import uuid
from datetime import timedelta

import pytest

from chassis.ground.clock import now
from services.identity.models.captchas import Captcha

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("typed", ["HK9LM", "hk9lm", " hk9 lm "])
def test_a_captcha_forgives_case_and_blanks(typed: str) -> None:
    captcha = Captcha(id=uuid.uuid4(), answer="HK9LM", expires_at=now() + MINUTE)

    assert captcha.accepts(typed, now())


@pytest.mark.parametrize("typed", ["", "HK9L", "HK9LMM", "HK9L\u041c"])
def test_a_captcha_forgives_nothing_else(typed: str) -> None:
    captcha = Captcha(id=uuid.uuid4(), answer="HK9LM", expires_at=now() + MINUTE)

    assert not captcha.accepts(typed, now())


def test_a_right_answer_after_the_captcha_has_expired_is_wrong() -> None:
    at = now()
    captcha = Captcha(id=uuid.uuid4(), answer="HK9LM", expires_at=at)

    assert not captcha.accepts("HK9LM", at)
