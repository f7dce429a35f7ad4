"""Captchas as the price of an anonymous request (A-03, A-11)."""

import uuid
from collections.abc import Callable
from functools import partial

from chassis.web.request_context import writing
from services.identity.models.tries import Limit
from services.identity.queries import captcha_answers
from services.identity.use_cases import captchas
from services.identity.web import current_request


def check(limit: Limit, captcha_id: uuid.UUID, answer: str) -> None:
    """Count the request towards `limit` and burn the captcha. Raise TooManyRequests, CaptchaExpired or CaptchaWrong.

    Both stand in a transaction of their own, independent of the rest of the request.
    """
    with current_request.writing_silently() as session:
        current_request.count(session, limit)
        captchas.answer(session, captcha_id, answer)


def image(captcha_id: uuid.UUID) -> bytes:
    """Return a PNG. Raise CaptchaUnknown, TooManyRequests or TooBusy."""
    return _rendered(captcha_id, current_request.resources().captchas.image)


def audio(captcha_id: uuid.UUID) -> bytes:
    """Return a WAV. Raise CaptchaUnknown, TooManyRequests or TooBusy."""
    return _rendered(captcha_id, current_request.resources().captchas.audio)


def _rendered(captcha_id: uuid.UUID, render: Callable[[str], bytes]) -> bytes:
    """Count the request and return the rendering: one captcha can be asked for again and again."""
    resources = current_request.resources()
    limit = resources.limits.captchas_shown
    with writing() as session:
        current_request.count(session, limit)
        answer = captcha_answers.find(session, captcha_id)
    client = resources.try_keys.client(limit, current_request.origin().address)
    return resources.renderings.once((captcha_id, render.__name__), partial(render, answer), client)
