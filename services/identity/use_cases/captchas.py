"""Captchas: created, and answered once (A-03)."""

import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from services.identity.errors.captchas import CaptchaExpired, CaptchaWrong
from services.identity.models.captchas import CAPTCHA_VALIDITY, Captcha


def create(session: Session, answer: str) -> Captcha:
    """Create a captcha, and delete the expired ones on the way."""
    at = now()
    # Rows that another transaction is deleting are skipped: no visitor waits for a captcha.
    expired = select(Captcha.id).where(Captcha.expires_at <= at).with_for_update(skip_locked=True)
    session.execute(delete(Captcha).where(Captcha.id.in_(expired)))
    captcha = Captcha(id=uuid.uuid4(), answer=answer, expires_at=at + CAPTCHA_VALIDITY)
    session.add(captcha)
    return captcha


def answer(session: Session, captcha_id: uuid.UUID, answer: str) -> None:
    """Burn the captcha. Raise CaptchaExpired unless the answer is in time and the first one, or CaptchaWrong.

    When two answers come at once, only one of them gets the deleted row.
    """
    burnt = session.scalar(delete(Captcha).where(Captcha.id == captcha_id).returning(Captcha))
    if burnt is None or burnt.has_expired(now()):
        raise CaptchaExpired(field="captcha_answer")
    if not burnt.accepts(answer):
        raise CaptchaWrong(field="captcha_answer")
