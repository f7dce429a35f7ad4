"""Question and answer of the access check (E-15)."""

from dataclasses import dataclass
from datetime import datetime

from services.espaces.catalogue.entries import Permission


@dataclass(frozen=True)
class Check:
    account_id: int
    structure_id: int
    espace: str
    permission: Permission


@dataclass(frozen=True)
class Access:
    allowed: bool
    reason: str
    """Code: `granted`, or the first condition that does not hold."""
    until: datetime | None = None
    """Moment at which the right ends by itself, if it does."""
