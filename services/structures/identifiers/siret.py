"""SIRET: the 14 digits that identify an establishment; the first 9 are the SIREN of its legal unit (S-06)."""

import re

from stdnum import luhn

from chassis.ground import pasted
from services.structures.errors.identifiers import SiretInvalid

LA_POSTE_SIREN = "356000000"
_SHAPE = re.compile(r"[0-9]{14}")


def parse(typed: str, *, admit_fictive: bool = False, field: str | None = None) -> str:
    """Return the 14 digits of a typed SIRET, as it was pasted.

    With `admit_fictive`, for sandboxes, any check digit will do.

    Raises SiretInvalid.
    """
    siret = pasted.number(typed)
    if not _SHAPE.fullmatch(siret) or not (admit_fictive or _is_consistent(siret)):
        raise SiretInvalid(field=field)
    return siret


def siren_of(siret: str) -> str:
    return siret[:9]


def _is_consistent(siret: str) -> bool:
    """Return whether the check digit is right: Luhn over all 14 digits."""
    if luhn.is_valid(siret):
        return True
    # La Poste has more establishments than Luhn allows: there the sum of the digits is a multiple of 5.
    return siren_of(siret) == LA_POSTE_SIREN and sum(map(int, siret)) % 5 == 0
