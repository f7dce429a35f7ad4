"""Answers of open captchas (A-03)."""

import uuid

from sqlalchemy.orm import Session

from chassis.storage.database import now
from services.identity.errors.captchas import CaptchaUnknown
from services.identity.models.captchas import Captcha


def find(session: Session, captcha_id: uuid.UUID) -> str:
    """Return the right answer. Raise CaptchaUnknown, also for a captcha that has expired."""
    captcha = session.get(Captcha, captcha_id)
    if captcha is None or captcha.expires_at <= now():
        raise CaptchaUnknown
    return captcha.answer
