"""Captchas (A-03)."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.base import Base

CAPTCHA_VALIDITY = timedelta(minutes=10)


class Captcha(Base):
    """Its row is deleted by the first answer, right or wrong: it is good for one (A-03)."""

    __tablename__ = "captchas"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    answer: Mapped[str] = mapped_column(String(10))
    expires_at: Mapped[datetime] = mapped_column(index=True)

    def accepts(self, answer: str, at: datetime) -> bool:
        """Forgives case and blanks."""
        return at < self.expires_at and "".join(answer.split()).upper() == self.answer
