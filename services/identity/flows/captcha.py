"""Captchas as the price of an anonymous request (A-03, A-11)."""

import uuid

from services.identity.models.tries import Limit
from services.identity.use_cases import captchas
from services.identity.web import current_request


def check(limit: Limit, captcha_id: uuid.UUID, answer: str) -> None:
    """Count the request towards `limit` and burn the captcha. Raise TooManyRequests, CaptchaExpired or CaptchaWrong.

    Both stand in a transaction of their own, independent of the rest of the request.
    """
    with current_request.writing_silently() as session:
        current_request.count(session, limit)
        captchas.answer(session, captcha_id, answer)
