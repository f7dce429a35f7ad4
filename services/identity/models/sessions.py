"""Sessions: one for each sign-in (A-13)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage.column_types import BigId, Id
from services.identity.errors.sessions import SessionEnded
from services.identity.models.base import Base


@dataclass(frozen=True)
class SessionValidity:
    """Limits of a session's life, and of that of the device on which it was opened."""

    unused: timedelta
    """Life since the last new refresh token."""
    whole: timedelta
    """Life since sign-in, however much it is used."""
    grace: timedelta
    """Time to answer the refresh token before the newest like the first time: that answer may have been lost."""
    device: timedelta
    """Time for which the device is known."""


class AccountSession(Base):
    """Session of one sign-in. Its refresh tokens are a family that shares a name; only the newest is good."""

    __tablename__ = "sessions"

    id: Mapped[Id]
    account_id: Mapped[BigId] = mapped_column(ForeignKey("accounts.id"), index=True)
    # Every token of the family leads to the session, so that an old one can end it (reuse).
    family_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    """Fingerprint of the refresh token before the newest."""
    rotation_key: Mapped[str | None] = mapped_column(String(43))
    """Key that makes the newest refresh token of the one before (see refresh_tokens)."""
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    """Time at which the newest refresh token was made."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    user_agent: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(45), server_default="")
    ended_at: Mapped[datetime | None] = mapped_column(index=True)

    def is_open(self, at: datetime) -> bool:
        return self.ended_at is None and at < self.expires_at

    def must_be_open(self, at: datetime) -> None:
        if not self.is_open(at):
            raise SessionEnded

    def last(self, at: datetime, validity: SessionValidity) -> None:
        """Set the end, as seen from `at`."""
        self.expires_at = min(at + validity.unused, self.created_at + validity.whole)

    def renew(self, token_hash: str, rotation_key: str, at: datetime, validity: SessionValidity) -> None:
        self.must_be_open(at)
        self.previous_hash, self.token_hash, self.rotation_key = self.token_hash, token_hash, rotation_key
        self.last_used_at = at
        self.last(at, validity)

    def answers_again(self, token_hash: str, at: datetime, grace: timedelta) -> bool:
        """Return whether this token was exchanged last, a moment ago: its sender did not get the answer."""
        return token_hash == self.previous_hash and at < self.last_used_at + grace

    def end(self, at: datetime) -> None:
        self.must_be_open(at)
        self.ended_at = at
