"""Activation links (A-05, A-06)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import BigId, Id
from services.identity.errors import ActivationLinkExpired, ActivationLinkSuperseded, ActivationLinkUsed
from services.identity.models.base import Base


class ActivationLink(Base):
    """Valid from when it is issued, which is when the mail is sent (A-05)."""

    __tablename__ = "activation_links"

    id: Mapped[Id]
    account_id: Mapped[BigId] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]

    def must_be_open(self, at: datetime) -> None:
        """Raises ActivationLinkUsed, ActivationLinkSuperseded or ActivationLinkExpired."""
        if self.used_at is not None:
            raise ActivationLinkUsed
        if self.superseded_at is not None:
            raise ActivationLinkSuperseded
        if at >= self.expires_at:
            raise ActivationLinkExpired

    def use(self, at: datetime) -> None:
        self.must_be_open(at)
        self.used_at = at

    def supersede(self, at: datetime) -> None:
        """A newer link replaces this one (A-06), expired or not; raises for one that is used or replaced already."""
        if self.used_at is not None:
            raise ActivationLinkUsed
        if self.superseded_at is not None:
            raise ActivationLinkSuperseded
        self.superseded_at = at
