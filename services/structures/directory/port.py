"""Port to the directory: the State's register of companies (INSEE Sirene).

It has two adapters, chosen by a setting: the API over HTTP, or an index built from the monthly stock files.
"""

from dataclasses import dataclass
from typing import Protocol

ACTIVE = "A"


@dataclass(frozen=True, kw_only=True)
class Establishment:
    """Entry of one SIRET; a text that the directory hides or lacks is None."""

    siret: str
    name: str | None
    label: str | None = None
    """Name of this establishment among those of its company."""
    street: str | None
    complement_1: str | None
    complement_2: str | None = None
    postcode: str | None
    town: str | None
    country: str | None
    """ISO 3166-1 alpha-2; None for a country that has no such code."""
    is_hidden: bool = False
    """True if INSEE was asked to hide who is behind it (partial diffusion)."""
    is_public: bool
    is_active: bool


class Directory(Protocol):
    def find(self, siret: str) -> Establishment | None:
        """Return the entry; None for an unknown SIRET, or one that must not be shown.

        Raises DirectoryUnavailable without a sure answer.
        """
