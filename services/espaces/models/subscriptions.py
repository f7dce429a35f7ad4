"""Subscriptions of people to espaces."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.ground.clock import now
from chassis.storage.column_types import BigId, Id, wire_enum
from services.espaces.catalogue.entries import Permission
from services.espaces.errors.structures import NotAManager
from services.espaces.errors.subscriptions import SubscriptionNotLive, SubscriptionNotPending
from services.espaces.models.base import Base, in_statement_text
from services.espaces.models.openings import EndReason
from services.espaces.models.read_models import Attachment, Person, Structure


class SubscriptionStatus(StrEnum):
    PENDING = "EN_COURS_DE_VALIDATION"
    APPROVED = "VALIDE"
    REFUSED = "REFUSE"
    ENDED = "SUPPRIME"


LIVE = frozenset({SubscriptionStatus.PENDING, SubscriptionStatus.APPROVED})


class Subscription(Base):
    """Subscription of one account to one permission in one espace of one structure: a request, then its outcome."""

    __tablename__ = "subscriptions"

    id: Mapped[Id]
    account_id: Mapped[BigId] = mapped_column(index=True)
    structure_id: Mapped[BigId] = mapped_column(index=True)
    espace: Mapped[str] = mapped_column(String(60))
    permission: Mapped[Permission] = mapped_column(wire_enum(Permission))
    status: Mapped[SubscriptionStatus] = mapped_column(wire_enum(SubscriptionStatus))
    requested_on: Mapped[date] = mapped_column(Date)
    comment: Mapped[str] = mapped_column(String(1000))
    reason: Mapped[str | None] = mapped_column(Text)
    """Reason of a refusal, in the manager's words, or of an end, as an EndReason."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[BigId | None]

    # `raise`: a list that forgets to load these would otherwise send one query for each row.
    structure: Mapped[Structure] = relationship(
        primaryjoin="foreign(Subscription.structure_id) == Structure.structure_id", viewonly=True, lazy="raise"
    )
    person: Mapped[Person | None] = relationship(
        primaryjoin="foreign(Subscription.account_id) == Person.account_id", viewonly=True, lazy="raise"
    )

    @property
    def subscriber(self) -> Person:
        """Person behind the account: only its number until identity's events have arrived."""
        return self.person or Person(account_id=self.account_id)

    def approve(self, manager: Attachment) -> None:
        self._decide(manager, SubscriptionStatus.APPROVED)

    def refuse(self, manager: Attachment, reason: str) -> None:
        self._decide(manager, SubscriptionStatus.REFUSED)
        self.reason = reason

    def end(self, reason: EndReason) -> None:
        """End a live subscription. Raises SubscriptionNotLive."""
        if self.status not in LIVE:
            raise SubscriptionNotLive
        self.status, self.reason = SubscriptionStatus.ENDED, reason.value

    def _decide(self, manager: Attachment, outcome: SubscriptionStatus) -> None:
        """Decide as a manager of the structure (E-09). Raises NotAManager or SubscriptionNotPending."""
        # The right comes first: a stranger must not learn the status of a request from the refusal.
        if not manager.is_manager or manager.structure_id != self.structure_id:
            raise NotAManager
        if self.status is not SubscriptionStatus.PENDING:
            raise SubscriptionNotPending
        self.status, self.decided_at, self.decided_by = outcome, now(), manager.account_id


# Values in the text for the sake of the partial index, as for IS_OPEN.
IS_LIVE = Subscription.status.in_([in_statement_text(status) for status in sorted(LIVE)])
Index(
    "ux_subscriptions_live",
    Subscription.account_id,
    Subscription.structure_id,
    Subscription.espace,
    Subscription.permission,
    unique=True,
    postgresql_where=IS_LIVE,
    sqlite_where=IS_LIVE,
)
"""Index by which a permission is not held, or requested, twice, also when requests race (E-08). The access check reads
it, too."""
