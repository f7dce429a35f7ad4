"""Read models: people, projected from identity's events."""

from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage.column_types import BigInt, wire_enum
from services.structures.models.base import Base


class AccountStatus(StrEnum):
    """Status of an account at identity."""

    PENDING = "EN_ATTENTE_ACTIVATION"
    ACTIVE = "ACTIF"
    DEACTIVATED = "DESACTIVE"
    ERASED = "EFFACE"


class Person(Base):
    """Person behind an account. Names are None while only the activation has arrived."""

    __tablename__ = "people"

    account_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    last_name: Mapped[str | None] = mapped_column(String(100))
    first_name: Mapped[str | None] = mapped_column(String(100))
    login_email: Mapped[str | None] = mapped_column(String(254))
    status: Mapped[AccountStatus] = mapped_column(wire_enum(AccountStatus), default=AccountStatus.PENDING)

    @property
    def is_erased(self) -> bool:
        return self.status is AccountStatus.ERASED

    @property
    def is_deactivated(self) -> bool:
        return self.status is AccountStatus.DEACTIVATED

    def become(self, status: AccountStatus) -> None:
        """Take over identity's status, unless erased."""
        # A parked event can be replayed long after the erasure: an erased person stays erased.
        if not self.is_erased:
            self.status = status

    def erase(self) -> None:
        """Empty every field but the number, for good (A-15)."""
        self.last_name = self.first_name = self.login_email = None
        self.status = AccountStatus.ERASED
