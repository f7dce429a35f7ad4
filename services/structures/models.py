"""Structures, the attachments of people to them, and what is known here of these people."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, and_
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, validates

from chassis.ground.clock import now
from chassis.ground.folding import folded
from chassis.storage.column_types import BigId, BigInt, Conventions, Id, new_metadata, wire_enum
from services.structures import errors
from services.structures.identifiers import IdentifierType


class StructureStatus(StrEnum):
    ACTIVE = "ACTIF"
    INACTIVE = "INACTIF"


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


class AccountStatus(StrEnum):
    """What identity says of a person's account."""

    PENDING = "EN_ATTENTE_ACTIVATION"
    ACTIVE = "ACTIF"
    DEACTIVATED = "DESACTIVE"
    ERASED = "EFFACE"


MANAGERS = frozenset({Role.PRINCIPAL_MANAGER, Role.SECONDARY_MANAGER})
LIVE = frozenset({AttachmentStatus.PENDING, AttachmentStatus.APPROVED})
"""An account has at most one attachment to a structure in these statuses; after a refusal it can ask again (S-10)."""


class Base(Conventions, DeclarativeBase):
    metadata = new_metadata()


class Structure(Base):
    """One legal entity, unique by its identifier (S-01), with the fields of S-07."""

    __tablename__ = "structures"
    __table_args__ = (UniqueConstraint("identifier_type", "identifier"),)

    id: Mapped[Id]
    identifier_type: Mapped[IdentifierType] = mapped_column(wire_enum(IdentifierType))
    identifier: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(250))
    label: Mapped[str | None] = mapped_column(String(250))
    status: Mapped[StructureStatus] = mapped_column(wire_enum(StructureStatus))
    email: Mapped[str | None] = mapped_column(String(254))
    rcs_number: Mapped[str | None] = mapped_column(String(50))
    vat_number: Mapped[str | None] = mapped_column(String(20))
    is_centre_de_gestion: Mapped[bool]
    is_public: Mapped[bool]
    is_edi_emitter: Mapped[bool]
    receives_edi_life_cycles: Mapped[bool]
    accepts_attachment_requests: Mapped[bool]
    street: Mapped[str] = mapped_column(String(250))
    complement_1: Mapped[str | None] = mapped_column(String(250))
    complement_2: Mapped[str | None] = mapped_column(String(250))
    postcode: Mapped[str] = mapped_column(String(16), index=True)
    town: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    telephone: Mapped[str | None] = mapped_column(String(30))
    fax: Mapped[str | None] = mapped_column(String(30))
    verified: Mapped[bool]
    """The directory knows the identifier (S-05)."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    name_folded: Mapped[str] = mapped_column(Text)
    label_folded: Mapped[str | None] = mapped_column(Text)
    town_folded: Mapped[str] = mapped_column(Text)

    @validates("name", "label", "town")
    def _fold(self, field: str, text: str | None) -> str | None:
        """Keeps beside each searched text what it is compared by (S-02)."""
        setattr(self, f"{field}_folded", folded(text) if text is not None else None)
        return text

    def attach_creator(self, account_id: int) -> "Attachment":
        """Whoever creates a structure is its principal manager at once (S-08)."""
        return Attachment(
            structure=self,
            account_id=account_id,
            role=Role.PRINCIPAL_MANAGER,
            status=AttachmentStatus.APPROVED,
            comment="",
            requested_at=now(),
            decided_at=now(),
            decided_by=account_id,
        )

    def request_attachment(self, account_id: int, comment: str) -> "Attachment":
        """Raises AttachmentRequestsClosed (S-09)."""
        if not self.accepts_attachment_requests:
            raise errors.AttachmentRequestsClosed
        return Attachment(
            structure=self,
            account_id=account_id,
            role=Role.USER,
            status=AttachmentStatus.PENDING,
            comment=comment,
            requested_at=now(),
        )

    def change(self, changes: Mapping[str, Any]) -> None:
        """Raises PublicByDirectory: what the directory has said of a verified structure stays."""
        if self.verified and changes.get("is_public", self.is_public) != self.is_public:
            raise errors.PublicByDirectory(field="is_public")
        for field, value in changes.items():
            setattr(self, field, value)


class Attachment(Base):
    """One account's tie to one structure: a request, then its outcome."""

    __tablename__ = "attachments"

    id: Mapped[Id]
    structure_id: Mapped[BigId] = mapped_column(ForeignKey("structures.id"), index=True)
    account_id: Mapped[BigId] = mapped_column(index=True)
    role: Mapped[Role] = mapped_column(wire_enum(Role))
    status: Mapped[AttachmentStatus] = mapped_column(wire_enum(AttachmentStatus))
    comment: Mapped[str] = mapped_column(String(1000))
    reason: Mapped[str | None] = mapped_column(String(1000))
    """Why it was refused."""
    requested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[BigId | None]

    structure: Mapped[Structure] = relationship(lazy="joined", innerjoin=True)
    person: Mapped["Person | None"] = relationship(
        primaryjoin="foreign(Attachment.account_id) == Person.account_id", viewonly=True, lazy="raise"
    )

    @property
    def requester(self) -> "Person":
        """By what has arrived of them: perhaps no more than the number of their account."""
        return self.person or Person(account_id=self.account_id)

    def approve(self, manager: "Attachment") -> None:
        self._decide(manager, AttachmentStatus.APPROVED)

    def refuse(self, manager: "Attachment", reason: str) -> None:
        self._decide(manager, AttachmentStatus.REFUSED)
        self.reason = reason

    def cancel(self) -> None:
        """The requester takes the request back (S-10)."""
        self._check_pending()
        self.status = AttachmentStatus.REMOVED

    def end(self) -> None:
        """It was in force, and is not any more."""
        if self.status is not AttachmentStatus.APPROVED:
            raise errors.AttachmentNotInForce
        self.status = AttachmentStatus.REMOVED

    def must_await_activation(self) -> None:
        """Raises AttachmentNotInForce, or AccountNotPending by what is known of the person here (A-06)."""
        if self.status not in LIVE:
            raise errors.AttachmentNotInForce
        if self.requester.status is not AccountStatus.PENDING:
            raise errors.AccountNotPending

    def take_over(self) -> None:
        """The principal manager is gone (S-12)."""
        if not self.manages(self.structure_id):
            raise errors.NotAManager
        self.role = Role.PRINCIPAL_MANAGER

    def manages(self, structure_id: int) -> bool:
        return self.structure_id == structure_id and self.role in MANAGERS and self.status is AttachmentStatus.APPROVED

    def _decide(self, manager: "Attachment", outcome: AttachmentStatus) -> None:
        if not manager.manages(self.structure_id):
            raise errors.NotAManager
        self._check_pending()
        self.status, self.decided_at, self.decided_by = outcome, now(), manager.account_id

    def _check_pending(self) -> None:
        if self.status is not AttachmentStatus.PENDING:
            raise errors.AttachmentNotPending


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
"""At most one principal manager at any time, also when requests race (S-12)."""


class Person(Base):
    """What identity has told of an account; names are unknown while only its activation has arrived."""

    __tablename__ = "people"

    account_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    last_name: Mapped[str | None] = mapped_column(String(100))
    first_name: Mapped[str | None] = mapped_column(String(100))
    login_email: Mapped[str | None] = mapped_column(String(254))
    status: Mapped[AccountStatus] = mapped_column(wire_enum(AccountStatus), default=AccountStatus.PENDING)

    @property
    def is_erased(self) -> bool:
        return self.status is AccountStatus.ERASED

    def become(self, status: AccountStatus) -> None:
        """As identity says. Who is erased stays erased, whatever comes late."""
        if not self.is_erased:
            self.status = status

    def erase(self) -> None:
        """Only the number stays, and nothing that comes late brings the rest back (A-15)."""
        self.last_name = self.first_name = self.login_email = None
        self.status = AccountStatus.ERASED
