"""Answers of the directory in the last minutes, and the number of calls to it: all processes share one quota."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.ground.json import JsonObject
from chassis.storage.column_types import BigInt, Json
from services.structures.directory.port import Establishment
from services.structures.models.base import Base


class DirectoryAnswer(Base):
    __tablename__ = "directory_answers"

    siret: Mapped[str] = mapped_column(String(14), primary_key=True)
    establishment: Mapped[JsonObject | None] = mapped_column(Json)
    """None for a SIRET that the directory does not know."""
    kept_until: Mapped[datetime] = mapped_column(index=True)

    @classmethod
    def of(cls, siret: str, establishment: Establishment | None, kept_until: datetime) -> "DirectoryAnswer":
        fields = asdict(establishment) if establishment else None
        return cls(siret=siret, establishment=fields, kept_until=kept_until)

    def read(self) -> Establishment | None:
        return Establishment(**self.establishment) if self.establishment else None


class DirectoryMinute(Base):
    """Calls to the directory within one minute."""

    __tablename__ = "directory_calls"

    minute: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    """Minutes since 1970."""
    number: Mapped[int]
