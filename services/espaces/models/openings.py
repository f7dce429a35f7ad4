"""Openings of espaces on structures."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.ground.clock import now
from chassis.storage.column_types import BigId, Id, Json, wire_enum
from services.espaces.catalogue.entries import Permission
from services.espaces.errors.espaces import EspaceNotOpen, PermissionNotOpen
from services.espaces.models.base import Base, in_statement_text


class OpeningStatus(StrEnum):
    ACTIVE = "ACTIVE"
    CLOSED = "SUPPRIME"


class EndReason(StrEnum):
    """Reason for the end of an opening or a subscription (E-12)."""

    STRUCTURE_IS_CENTRE_DE_GESTION = "STRUCTURE_IS_CENTRE_DE_GESTION"
    STRUCTURE_INACTIVE = "STRUCTURE_INACTIVE"
    REMOVED_BY_HOLDER = "REMOVED_BY_HOLDER"
    ACCOUNT_ERASED = "ACCOUNT_ERASED"


class Opening(Base):
    """Opening of one espace on one structure, active or closed."""

    __tablename__ = "openings"

    id: Mapped[Id]
    structure_id: Mapped[BigId] = mapped_column(index=True)
    espace: Mapped[str] = mapped_column(String(60))
    permissions: Mapped[list[str]]
    options: Mapped[dict[str, str]] = mapped_column(Json)
    status: Mapped[OpeningStatus] = mapped_column(wire_enum(OpeningStatus))
    opened_by: Mapped[BigId]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closing_reason: Mapped[EndReason | None] = mapped_column(wire_enum(EndReason))

    def check_offers(self, permissions: list[Permission]) -> None:
        """Raise PermissionNotOpen if one of the permissions was not opened."""
        if not {permission.value for permission in permissions} <= set(self.permissions):
            raise PermissionNotOpen

    def close(self, reason: EndReason) -> None:
        """Close an active opening. Raises EspaceNotOpen."""
        if self.status is not OpeningStatus.ACTIVE:
            raise EspaceNotOpen
        self.status, self.closed_at, self.closing_reason = OpeningStatus.CLOSED, now(), reason


# The value stands in the statement's text: PostgreSQL plans a prepared statement without the parameters' values, and
# uses a partial index only for a query that contains its very condition.
IS_OPEN = Opening.status == in_statement_text(OpeningStatus.ACTIVE)
Index(
    "ux_openings_active",
    Opening.structure_id,
    Opening.espace,
    unique=True,
    postgresql_where=IS_OPEN,
    sqlite_where=IS_OPEN,
)
