"""Openings and subscriptions, the rules that hold for each, and what is known here of structures and people."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Index, String, Text, false, literal_column
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from chassis.ground.clock import now
from chassis.storage.column_types import BigId, BigInt, Conventions, Id, new_metadata, wire_enum
from services.espaces.catalogue import Espace, Permission
from services.espaces.errors import (
    EspaceAlreadyOpen,
    EspaceNotAvailable,
    EspaceNotOpen,
    NotAManager,
    NotThePrincipalManager,
    PermissionNotOpen,
    SubscriptionNotLive,
    SubscriptionNotPending,
)


class StructureStatus(StrEnum):
    ACTIVE = "ACTIF"
    INACTIVE = "INACTIF"


class Role(StrEnum):
    PRINCIPAL_MANAGER = "GESTIONNAIRE_PRINCIPAL"
    SECONDARY_MANAGER = "GESTIONNAIRE_SECONDAIRE"
    USER = "UTILISATEUR"


class OpeningStatus(StrEnum):
    ACTIVE = "ACTIVE"
    CLOSED = "SUPPRIME"


class SubscriptionStatus(StrEnum):
    PENDING = "EN_COURS_DE_VALIDATION"
    APPROVED = "VALIDE"
    REFUSED = "REFUSE"
    ENDED = "SUPPRIME"


class EndReason(StrEnum):
    """Why an opening or a subscription ended (E-12)."""

    STRUCTURE_IS_CENTRE_DE_GESTION = "STRUCTURE_IS_CENTRE_DE_GESTION"
    STRUCTURE_INACTIVE = "STRUCTURE_INACTIVE"
    REMOVED_BY_HOLDER = "REMOVED_BY_HOLDER"
    ACCOUNT_ERASED = "ACCOUNT_ERASED"


MANAGERS = frozenset({Role.PRINCIPAL_MANAGER, Role.SECONDARY_MANAGER})
LIVE = frozenset({SubscriptionStatus.PENDING, SubscriptionStatus.APPROVED})


class Base(Conventions, DeclarativeBase):
    metadata = new_metadata()


class Structure(Base):
    """A copy of what structures have told."""

    __tablename__ = "structures"

    structure_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    identifier_type: Mapped[str] = mapped_column(String(40))
    identifier: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(250))
    status: Mapped[StructureStatus] = mapped_column(wire_enum(StructureStatus))
    is_centre_de_gestion: Mapped[bool]

    @property
    def is_active(self) -> bool:
        return self.status is StructureStatus.ACTIVE

    def check_can_have(self, espace: Espace) -> None:
        """Raises EspaceNotAvailable (E-05) or, for one that every structure has, EspaceAlreadyOpen (E-04)."""
        if not self.is_active or not espace.is_for(centre_de_gestion=self.is_centre_de_gestion):
            raise EspaceNotAvailable
        if espace.for_managers:
            raise EspaceAlreadyOpen


class Person(Base):
    """A copy of what identity has told of an account."""

    __tablename__ = "people"

    account_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    last_name: Mapped[str | None] = mapped_column(String(100))
    first_name: Mapped[str | None] = mapped_column(String(100))
    is_active: Mapped[bool]
    """Without a row nothing is known yet: other services' events may be first. Only a known no stands in the way."""
    is_erased: Mapped[bool] = mapped_column(default=False, server_default=false())

    def erase(self) -> None:
        """Only the number stays, and nothing that comes late brings the rest back (A-15)."""
        self.last_name = self.first_name = None
        self.is_active, self.is_erased = False, True


class Attachment(Base):
    """A copy of an attachment in force: who works for which structure, and in which role."""

    __tablename__ = "attachments"

    attachment_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    structure_id: Mapped[BigId]
    account_id: Mapped[BigId]
    role: Mapped[Role] = mapped_column(wire_enum(Role))

    @property
    def is_manager(self) -> bool:
        return self.role in MANAGERS

    def check_may_open(self, *, secondary_too: bool) -> None:
        """E-03."""
        if self.role is not Role.PRINCIPAL_MANAGER and not (secondary_too and self.is_manager):
            raise NotThePrincipalManager


Index("ux_attachments_account", Attachment.account_id, Attachment.structure_id, unique=True)
Index("ix_attachments_structure", Attachment.structure_id, Attachment.role)


class Opening(Base):
    """An espace that is, or was, open on a structure."""

    __tablename__ = "openings"

    id: Mapped[Id]
    structure_id: Mapped[BigId] = mapped_column(index=True)
    espace: Mapped[str] = mapped_column(String(60))
    permissions: Mapped[list[str]]
    options: Mapped[dict[str, Any]]
    status: Mapped[OpeningStatus] = mapped_column(wire_enum(OpeningStatus))
    opened_by: Mapped[BigId]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closing_reason: Mapped[EndReason | None] = mapped_column(wire_enum(EndReason))

    def check_offers(self, permissions: list[Permission]) -> None:
        if not {permission.value for permission in permissions} <= set(self.permissions):
            raise PermissionNotOpen

    def close(self, reason: EndReason) -> None:
        if self.status is not OpeningStatus.ACTIVE:
            raise EspaceNotOpen
        self.status, self.closed_at, self.closing_reason = OpeningStatus.CLOSED, now(), reason


class Subscription(Base):
    """One permission of one account in one espace of one structure: a request, then its outcome."""

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
    """Why it was refused, in the manager's words, or why it ended, as an EndReason."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[BigId | None]

    structure: Mapped[Structure] = relationship(
        primaryjoin="foreign(Subscription.structure_id) == Structure.structure_id", viewonly=True, lazy="raise"
    )
    person: Mapped[Person | None] = relationship(
        primaryjoin="foreign(Subscription.account_id) == Person.account_id", viewonly=True, lazy="raise"
    )

    @property
    def subscriber(self) -> Person:
        """By what has arrived of them: perhaps no more than the number of their account."""
        return self.person or Person(account_id=self.account_id)

    def approve(self, manager: Attachment) -> None:
        self._decide(manager, SubscriptionStatus.APPROVED)

    def refuse(self, manager: Attachment, reason: str) -> None:
        self._decide(manager, SubscriptionStatus.REFUSED)
        self.reason = reason

    def end(self, reason: EndReason) -> None:
        if self.status not in LIVE:
            raise SubscriptionNotLive
        self.status, self.reason = SubscriptionStatus.ENDED, reason.value

    def _decide(self, manager: Attachment, outcome: SubscriptionStatus) -> None:
        """E-09."""
        if not manager.is_manager or manager.structure_id != self.structure_id:
            raise NotAManager
        if self.status is not SubscriptionStatus.PENDING:
            raise SubscriptionNotPending
        self.status, self.decided_at, self.decided_by = outcome, now(), manager.account_id


def _in_the_text(value: StrEnum) -> ColumnElement[Any]:
    return literal_column(f"'{value.value}'")


IS_OPEN = Opening.status == _in_the_text(OpeningStatus.ACTIVE)
IS_LIVE = Subscription.status.in_([_in_the_text(status) for status in sorted(LIVE)])
"""With their values in the text of the statement: a partial index serves only a query that says its very condition."""
Index(
    "ux_openings_active",
    Opening.structure_id,
    Opening.espace,
    unique=True,
    postgresql_where=IS_OPEN,
    sqlite_where=IS_OPEN,
)
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
"""One cannot have, or ask for, the same twice, also when requests race (E-08); and what the access check reads."""
