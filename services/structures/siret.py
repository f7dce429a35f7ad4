"""SIRET: the 14 digits that identify an establishment; the first 9 are the SIREN of its legal unit (S-06)."""

import re

from stdnum import luhn

from services.structures.errors import SiretInvalid

LA_POSTE_SIREN = "356000000"
_SHAPE = re.compile(r"[0-9]{14}")


def parse(typed: str, *, admit_fictive: bool = False, field: str | None = None) -> str:
    """The 14 digits of what a person typed, blanks and dots aside. `admit_fictive`: any check digit, for sandboxes.

    Raises SiretInvalid.
    """
    siret = re.sub(r"[\s.]", "", typed)
    if not _SHAPE.fullmatch(siret) or not (admit_fictive or _is_consistent(siret)):
        raise SiretInvalid(field=field)
    return siret


def siren_of(siret: str) -> str:
    return siret[:9]


def _is_consistent(siret: str) -> bool:
    """Luhn over all 14 digits. La Poste has more establishments than Luhn allows: there the sum is a multiple of 5."""
    if luhn.is_valid(siret):
        return True
    return siren_of(siret) == LA_POSTE_SIREN and sum(map(int, siret)) % 5 == 0
