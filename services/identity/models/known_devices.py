"""Known devices: those on which the holder of an account has signed in (A-11)."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage.column_types import BigId, Id
from services.identity.models.base import Base

MOST_DEVICES = 20
"""Known devices of one account; beyond, the one that was used longest ago is forgotten."""


class KnownDevice(Base):
    """Device with a token that a full sign-in left on it, good for one account.

    The token opens nothing: wrong passwords and codes that come with it are counted for the device alone, so that
    strangers cannot lock it, and who steals it locks nothing else.
    """

    __tablename__ = "known_devices"

    id: Mapped[Id]
    account_id: Mapped[BigId] = mapped_column(ForeignKey("accounts.id"), index=True)
    # Only the fingerprint: a copy of the database makes nobody known.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    session_id: Mapped[BigId]
    """Session that was opened on it last; it may have ended, and been deleted, since."""
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    user_agent: Mapped[str] = mapped_column(String(200))

    def is_young(self, at: datetime) -> bool:
        """Return whether more than half of its life is left; an older token is replaced at the next sign-in."""
        return at - self.created_at < self.expires_at - at

    def use(self, session_id: int, user_agent: str, at: datetime) -> None:
        self.session_id, self.user_agent, self.last_used_at = session_id, user_agent, at

    def renew(self, token_hash: str, at: datetime, validity: timedelta) -> None:
        self.token_hash, self.created_at, self.expires_at = token_hash, at, at + validity
