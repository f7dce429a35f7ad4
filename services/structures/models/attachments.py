"""Attachments of people to structures: a request, its decision, its end (S-08 to S-12)."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from sqlalchemy import ForeignKey, Index, String, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.ground.clock import now
from chassis.storage.column_types import BigId, Id, wire_enum
from services.structures.errors.accounts import AccountNotPending
from services.structures.errors.attachments import (
    AttachmentNotInForce,
    AttachmentNotPending,
    AttachmentRequestsClosed,
)
from services.structures.errors.structures import NotAManager
from services.structures.models.base import Base
from services.structures.models.read_models import AccountStatus, Person
from services.structures.models.structures import Structure
from services.structures.models.visibility import Audience, SeenStructure, seen_by


class Role(StrEnum):
    PRINCIPAL_MANAGER = "GESTIONNAIRE_PRINCIPAL"
    SECONDARY_MANAGER = "GESTIONNAIRE_SECONDAIRE"
    USER = "UTILISATEUR"


class AttachmentStatus(StrEnum):
    PENDING = "EN_COURS_DE_VALIDATION"
    APPROVED = "VALIDEE"
    REFUSED = "REFUSEE"
    DEACTIVATED = "DESACTIVEE"
    REMOVED = "SUPPRIMEE"


MANAGERS = frozenset({Role.PRINCIPAL_MANAGER, Role.SECONDARY_MANAGER})
LIVE = frozenset({AttachmentStatus.PENDING, AttachmentStatus.APPROVED})
"""Statuses of which an account has at most one attachment to a structure; after a refusal it can ask again (S-10)."""


class Attachment(Base):
    """Attachment of one account to one structure: a request, then its outcome."""

    __tablename__ = "attachments"

    id: Mapped[Id]
    structure_id: Mapped[BigId] = mapped_column(ForeignKey("structures.id"), index=True)
    account_id: Mapped[BigId] = mapped_column(index=True)
    role: Mapped[Role] = mapped_column(wire_enum(Role))
    status: Mapped[AttachmentStatus] = mapped_column(wire_enum(AttachmentStatus))
    comment: Mapped[str] = mapped_column(String(1000))
    reason: Mapped[str | None] = mapped_column(String(1000))
    """Reason of the refusal, in the manager's words."""
    requested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[BigId | None]

    structure: Mapped[Structure] = relationship(lazy="joined", innerjoin=True)
    # No foreign key: identity's events may arrive after the attachment, or never. `raise` because a list that forgets
    # to load people would otherwise send one query for each row.
    person: Mapped[Person | None] = relationship(
        primaryjoin="foreign(Attachment.account_id) == Person.account_id", viewonly=True, lazy="raise"
    )

    @classmethod
    def of_creator(cls, structure: Structure, account_id: int) -> Self:
        """Return the attachment of a structure's creator: its principal manager from the start (S-08)."""
        moment = now()
        return cls(
            structure=structure,
            account_id=account_id,
            role=Role.PRINCIPAL_MANAGER,
            status=AttachmentStatus.APPROVED,
            comment="",
            requested_at=moment,
            decided_at=moment,
            decided_by=account_id,
        )

    @classmethod
    def request(cls, structure: Structure, account_id: int, comment: str) -> Self:
        """Return a pending request (S-09). Raises StructureInactive or AttachmentRequestsClosed."""
        structure.must_be_active()
        if not structure.accepts_attachment_requests:
            raise AttachmentRequestsClosed
        return cls(
            structure=structure,
            account_id=account_id,
            role=Role.USER,
            status=AttachmentStatus.PENDING,
            comment=comment,
            requested_at=now(),
        )

    @property
    def structure_seen(self) -> SeenStructure:
        """Structure as the account sees it: a hidden one only while the attachment is in force (S-19)."""
        in_force = self.status is AttachmentStatus.APPROVED
        return seen_by(self.structure, Audience.ATTACHED if in_force else Audience.ANYONE)

    @property
    def structure_in_public(self) -> SeenStructure:
        """Structure as everyone sees it."""
        return seen_by(self.structure, Audience.ANYONE)

    @property
    def requester(self) -> Person:
        """Person behind the account: only its number until identity's events have arrived."""
        return self.person or Person(account_id=self.account_id)

    def approve(self, manager: "Attachment") -> None:
        self._decide(manager, AttachmentStatus.APPROVED)

    def refuse(self, manager: "Attachment", reason: str) -> None:
        self._decide(manager, AttachmentStatus.REFUSED)
        self.reason = reason

    def cancel(self) -> None:
        """Withdraw the request for its requester (S-10). Raises AttachmentNotPending."""
        self._check_pending()
        self.status = AttachmentStatus.REMOVED

    def end(self) -> None:
        """End an attachment in force. Raises AttachmentNotInForce."""
        if self.status is not AttachmentStatus.APPROVED:
            raise AttachmentNotInForce
        self.status = AttachmentStatus.REMOVED

    def check_awaits_activation(self) -> None:
        """Raise AttachmentNotInForce, or AccountNotPending by the read model of the person (A-06)."""
        if self.status not in LIVE:
            raise AttachmentNotInForce
        if self.requester.status is not AccountStatus.PENDING:
            raise AccountNotPending

    def take_over(self) -> None:
        """Become the principal manager, when there is none any more (S-12). Raises NotAManager."""
        if not self.manages(self.structure_id):
            raise NotAManager
        self.role = Role.PRINCIPAL_MANAGER

    def manages(self, structure_id: int) -> bool:
        return self.structure_id == structure_id and self.role in MANAGERS and self.status is AttachmentStatus.APPROVED

    def _decide(self, manager: "Attachment", outcome: AttachmentStatus) -> None:
        # The right comes first: a stranger must not learn the status of a request from the refusal.
        if not manager.manages(self.structure_id):
            raise NotAManager
        self._check_pending()
        self.status, self.decided_at, self.decided_by = outcome, now(), manager.account_id

    def _check_pending(self) -> None:
        if self.status is not AttachmentStatus.PENDING:
            raise AttachmentNotPending


# Both rules hold also when requests race: each transaction sees the other's row only once it is too late for a check
# in Python, but an index compares with rows that are not committed yet.
_is_live = Attachment.status.in_(sorted(LIVE))
Index(
    "ux_attachments_live",
    Attachment.structure_id,
    Attachment.account_id,
    unique=True,
    postgresql_where=_is_live,
    sqlite_where=_is_live,
)
_is_principal = and_(Attachment.role == Role.PRINCIPAL_MANAGER, Attachment.status == AttachmentStatus.APPROVED)
Index(
    "ux_attachments_principal_manager",
    Attachment.structure_id,
    unique=True,
    postgresql_where=_is_principal,
    sqlite_where=_is_principal,
)
"""Index by which a structure has at most one principal manager at any time (S-12)."""
