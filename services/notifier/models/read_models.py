"""Read models: recipients, projected from identity's events."""

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage.column_types import BigId
from services.notifier.models.base import Base
from services.notifier.models.mails import Destination


class Recipient(Base):
    """Holder of an account: addresses to write to, and a name to show to others."""

    __tablename__ = "recipients"

    account_id: Mapped[BigId] = mapped_column(primary_key=True, autoincrement=False)
    login_email: Mapped[str] = mapped_column(String(254))
    contact_email: Mapped[str] = mapped_column(String(254))
    last_name: Mapped[str] = mapped_column(String(100))
    first_name: Mapped[str] = mapped_column(String(100))
    is_deactivated: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_erased: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def address_at(self, destination: Destination) -> str:
        """Return the login or contact e-mail."""
        return self.login_email if destination is Destination.LOGIN else self.contact_email

    def erase(self) -> None:
        """Empty every field but the number, for good (A-15)."""
        self.login_email = self.contact_email = self.last_name = self.first_name = ""
        self.is_erased = True
