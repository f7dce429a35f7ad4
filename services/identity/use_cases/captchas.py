"""Captchas: making one, and answering it once (A-03)."""

import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from services.identity.models import CAPTCHA_VALIDITY, Captcha


def new_captcha(session: Session, answer: str) -> Captcha:
    """Forgets the expired ones on the way, but those that someone else is forgetting: nobody waits to be shown one."""
    at = now()
    expired = select(Captcha.id).where(Captcha.expires_at <= at).with_for_update(skip_locked=True)
    session.execute(delete(Captcha).where(Captcha.id.in_(expired)))
    captcha = Captcha(id=uuid.uuid4(), answer=answer, expires_at=at + CAPTCHA_VALIDITY)
    session.add(captcha)
    return captcha


def answer_captcha(session: Session, captcha_id: uuid.UUID, answer: str) -> bool:
    """Whether the answer is right, in time and the first one. The captcha is burnt either way, which must be committed.

    Of two answers at once, one gets the deleted row.
    """
    burnt = session.scalar(delete(Captcha).where(Captcha.id == captcha_id).returning(Captcha))
    return burnt is not None and burnt.accepts(answer, now())
