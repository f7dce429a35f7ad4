"""Recovery links (A-09), and the number of answers that each admits (A-11)."""

from datetime import datetime

from sqlalchemy import ColumnElement
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
    """Recovery link. A try is counted before its answer is checked, so that simultaneous answers cannot share a try."""

    __tablename__ = "recovery_links"

    UNKNOWN = RecoveryLinkUnknown
    USED = RecoveryLinkUsed
    SUPERSEDED = RecoveryLinkSuperseded
    EXPIRED = RecoveryLinkExpired

    tries: Mapped[int] = mapped_column(default=0)
    wrong_answers: Mapped[int] = mapped_column(default=0)
    """Tries that proved wrong; others may still be under check."""
    burnt_at: Mapped[datetime | None]

    @classmethod
    def replaceable(cls) -> tuple[ColumnElement[bool], ...]:
        # A burnt link stays burnt: a newer one must not change the reason why it is refused.
        return *super().replaceable(), cls.burnt_at.is_(None)

    @property
    def tries_left(self) -> int:
        return MOST_TRIES - self.tries

    def must_admit_a_try(self, at: datetime) -> None:
        """Raise RecoveryLinkBurnt when no try is left, or the refusals of `must_be_open`."""
        self.must_be_open(at)
        if self.tries_left < 1:
            raise RecoveryLinkBurnt

    def begin_try(self, at: datetime) -> None:
        self.must_admit_a_try(at)
        self.tries += 1

    def answered_wrong(self, at: datetime) -> None:
        """End a try that was begun, as wrong; the fifth burns the link."""
        self.wrong_answers += 1
        # Not the fifth try: until its answer is checked, it may be the right one.
        if self.wrong_answers == MOST_TRIES:
            self.burnt_at = at

    def _must_stand(self) -> None:
        super()._must_stand()
        if self.burnt_at is not None:
            raise RecoveryLinkBurnt
