"""Mailed links: rules that all links in mails have in common (A-05, A-06, A-09)."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ColumnElement, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.ground.problems import Refusal
from chassis.storage.column_types import BigId, Id
from services.identity.models.base import Base


class MailedLink(Base):
    """Link good for one use, issued at the moment when its mail is sent (A-05). A newer one replaces it (A-06)."""

    __abstract__ = True

    UNKNOWN: ClassVar[type[Refusal]]
    USED: ClassVar[type[Refusal]]
    SUPERSEDED: ClassVar[type[Refusal]]
    EXPIRED: ClassVar[type[Refusal]]

    id: Mapped[Id]
    account_id: Mapped[BigId] = mapped_column(ForeignKey("accounts.id"), index=True)
    # Only the fingerprint: a copy of the database opens no link.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]

    @classmethod
    def replaceable(cls) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions on the rows of links that can be replaced."""
        return cls.used_at.is_(None), cls.superseded_at.is_(None)

    def must_be_open(self, at: datetime) -> None:
        """Raise the class's USED, SUPERSEDED or EXPIRED."""
        # Expiry comes last: an old link still says that it was used, or replaced by a newer mail.
        self._must_stand()
        if at >= self.expires_at:
            raise self.EXPIRED

    def use(self, at: datetime) -> None:
        self.must_be_open(at)
        self.used_at = at

    def supersede(self, at: datetime) -> None:
        """Mark as replaced by a newer link, expired or not. Raise USED or SUPERSEDED."""
        self._must_stand()
        self.superseded_at = at

    def _must_stand(self) -> None:
        if self.used_at is not None:
            raise self.USED
        if self.superseded_at is not None:
            raise self.SUPERSEDED
