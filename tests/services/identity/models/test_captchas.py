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

    assert captcha.accepts(typed)


@pytest.mark.parametrize("typed", ["", "HK9L", "HK9LMM", "HK9L\u041c"])
def test_a_captcha_forgives_nothing_else(typed: str) -> None:
    captcha = Captcha(id=uuid.uuid4(), answer="HK9LM", expires_at=now() + MINUTE)

    assert not captcha.accepts(typed)


def test_a_captcha_has_expired_when_its_time_has_come() -> None:
    at = now()
    captcha = Captcha(id=uuid.uuid4(), answer="HK9LM", expires_at=at)

    assert [captcha.has_expired(at), captcha.has_expired(at - MINUTE)] == [True, False]
