"""Sessions: one for each sign-in (A-13)."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import BigId, Id
from services.identity.errors import SessionEnded
from services.identity.models.base import Base


class AccountSession(Base):
    """One sign-in. Its refresh tokens are a family that shares a name; only the newest is good."""

    __tablename__ = "sessions"

    id: Mapped[Id]
    account_id: Mapped[BigId] = mapped_column(ForeignKey("accounts.id"), index=True)
    family_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    user_agent: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(45), server_default="")
    ended_at: Mapped[datetime | None]

    def must_be_open(self, at: datetime) -> None:
        if self.ended_at is not None or at >= self.expires_at:
            raise SessionEnded

    def renew(self, token_hash: str, at: datetime, validity: timedelta) -> None:
        self.must_be_open(at)
        self.token_hash, self.last_used_at, self.expires_at = token_hash, at, at + validity

    def end(self, at: datetime) -> None:
        self.must_be_open(at)
        self.ended_at = at
