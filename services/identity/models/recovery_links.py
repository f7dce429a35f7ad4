"""Recovery links (A-09), and how many answers each one admits (A-11)."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from services.identity.errors.recovery import (
    RecoveryLinkBurnt,
    RecoveryLinkExpired,
    RecoveryLinkSuperseded,
    RecoveryLinkUnknown,
    RecoveryLinkUsed,
)
from services.identity.models.mailed_links import MailedLink

MOST_TRIES = 5
"""Answers that one link admits; five wrong ones burn it (A-11)."""


class RecoveryLink(MailedLink):
    """A try is counted before its answer is looked at, so that answers given at once cannot share one."""

    __tablename__ = "recovery_links"

    UNKNOWN = RecoveryLinkUnknown
    USED = RecoveryLinkUsed
    SUPERSEDED = RecoveryLinkSuperseded
    EXPIRED = RecoveryLinkExpired

    tries: Mapped[int] = mapped_column(default=0)
    wrong_answers: Mapped[int] = mapped_column(default=0)
    """Of the tries, those known to be wrong."""
    burnt_at: Mapped[datetime | None]

    @classmethod
    def standing(cls) -> tuple[Any, ...]:
        return *super().standing(), cls.burnt_at.is_(None)

    @property
    def tries_left(self) -> int:
        return MOST_TRIES - self.tries

    def must_admit_a_try(self, at: datetime) -> None:
        """Raises RecoveryLinkBurnt when there is none left, and what `must_be_open` raises."""
        self.must_be_open(at)
        if self.tries_left < 1:
            raise RecoveryLinkBurnt

    def begin_try(self, at: datetime) -> None:
        self.must_admit_a_try(at)
        self.tries += 1

    def answered_wrong(self, at: datetime) -> None:
        """The end of a try that was begun; the fifth burns the link."""
        self.wrong_answers += 1
        if self.wrong_answers == MOST_TRIES:
            self.burnt_at = at

    def _must_stand(self) -> None:
        super()._must_stand()
        if self.burnt_at is not None:
            raise RecoveryLinkBurnt
