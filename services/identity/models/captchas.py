"""Captchas (A-03)."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.base import Base

CAPTCHA_VALIDITY = timedelta(minutes=10)


class Captcha(Base):
    """Captcha good for one answer, right or wrong: the first deletes its row (A-03)."""

    __tablename__ = "captchas"

    # Random: running numbers would let a stranger use up the captchas of others.
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    answer: Mapped[str] = mapped_column(String(10))
    expires_at: Mapped[datetime] = mapped_column(index=True)

    def has_expired(self, at: datetime) -> bool:
        return at >= self.expires_at

    def accepts(self, answer: str) -> bool:
        """Return whether the answer is right, whatever its case and blanks."""
        return "".join(answer.split()).upper() == self.answer
