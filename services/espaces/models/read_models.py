"""Read models: structures and attachments (from structures' events) and people (from identity's)."""

from enum import StrEnum

from sqlalchemy import Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage.column_types import BigId, BigInt, wire_enum
from services.espaces.catalogue.entries import Espace
from services.espaces.errors.espaces import (
    EspaceAlreadyOpen,
    EspaceNotAvailable,
    StructureInactive,
    StructureUnverified,
)
from services.espaces.errors.structures import NotThePrincipalManager
from services.espaces.models.base import Base


class StructureStatus(StrEnum):
    ACTIVE = "ACTIF"
    INACTIVE = "INACTIF"


class Role(StrEnum):
    PRINCIPAL_MANAGER = "GESTIONNAIRE_PRINCIPAL"
    SECONDARY_MANAGER = "GESTIONNAIRE_SECONDAIRE"
    USER = "UTILISATEUR"


MANAGERS = frozenset({Role.PRINCIPAL_MANAGER, Role.SECONDARY_MANAGER})


class Structure(Base):
    __tablename__ = "structures"

    structure_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    identifier_type: Mapped[str] = mapped_column(String(40))
    identifier: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(250))
    status: Mapped[StructureStatus] = mapped_column(wire_enum(StructureStatus))
    is_centre_de_gestion: Mapped[bool]
    awaits_verification: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def is_active(self) -> bool:
        return self.status is StructureStatus.ACTIVE

    def check_can_have(self, espace: Espace) -> None:
        """Raise StructureInactive, StructureUnverified (S-05) or EspaceNotAvailable (E-05).

        Raise EspaceAlreadyOpen for an espace that every structure has (E-04).
        """
        if not self.is_active:
            raise StructureInactive
        if self.awaits_verification:
            raise StructureUnverified
        if not espace.is_for(centre_de_gestion=self.is_centre_de_gestion):
            raise EspaceNotAvailable
        if espace.for_managers:
            raise EspaceAlreadyOpen


class Person(Base):
    __tablename__ = "people"

    account_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    last_name: Mapped[str | None] = mapped_column(String(100))
    first_name: Mapped[str | None] = mapped_column(String(100))
    # Events of structures can arrive before identity's. Treat a missing row as active; only an explicit False blocks.
    is_active: Mapped[bool]
    is_erased: Mapped[bool] = mapped_column(default=False, server_default=false())

    def erase(self) -> None:
        """Empty every field but the number, for good (A-15)."""
        self.last_name = self.first_name = None
        self.is_active, self.is_erased = False, True


class Attachment(Base):
    """Attachment in force: an account, its structure, and its role there. Ended ones are deleted."""

    __tablename__ = "attachments"

    attachment_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    structure_id: Mapped[BigId]
    account_id: Mapped[BigId]
    role: Mapped[Role] = mapped_column(wire_enum(Role))

    @property
    def is_manager(self) -> bool:
        return self.role in MANAGERS

    def check_may_open(self, *, secondary_too: bool) -> None:
        """Raise NotThePrincipalManager; `secondary_too` admits secondary managers (E-03)."""
        if self.role is not Role.PRINCIPAL_MANAGER and not (secondary_too and self.is_manager):
            raise NotThePrincipalManager


# The account comes first: the access check, the menu and every right of a person start from it.
Index("ux_attachments_account", Attachment.account_id, Attachment.structure_id, unique=True)
Index("ix_attachments_structure", Attachment.structure_id, Attachment.role)
