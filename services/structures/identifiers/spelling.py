"""Identifiers, validated by type and brought to one spelling, so that a structure is unique (S-01, S-06)."""

import re
from collections.abc import Callable

from chassis.ground import pasted
from services.structures.errors.identifiers import IdentifierInvalid
from services.structures.identifiers import outside_eu, siret, vat_numbers
from services.structures.identifiers.types import MOST_CHARACTERS, IdentifierType

_RIDET = re.compile(r"[0-9]{9,10}")
"""New Caledonia: 6 or 7 digits for the company, 3 for the establishment."""
_TAHITI = re.compile(r"[0-9A-Z][0-9]{5}[0-9]{3}")
"""French Polynesia: 6 characters for the company, perhaps with a letter first, 3 digits for the establishment."""
_SIREN = re.compile(r"[0-9]{9}")


def parse(kind: IdentifierType, typed: str, *, country: str, admit_fictive_sirets: bool = False) -> str:
    """Return the one spelling of the identifier of a structure in this country.

    Raises SiretInvalid, IdentifierInvalid or the refusals of `outside_eu.parse`, for field `identifier`.
    """
    if kind is IdentifierType.SIRET:
        return siret.parse(typed, admit_fictive=admit_fictive_sirets, field="identifier")
    if kind is IdentifierType.OUTSIDE_EU:
        return outside_eu.parse(typed, country)
    identifier = _SPELLINGS[kind](typed)
    if not 1 <= len(identifier) <= MOST_CHARACTERS:
        raise IdentifierInvalid(field="identifier")
    return identifier


def spellings(typed: str) -> set[str]:
    """Return the spellings in which an identifier of unknown type may be stored, to search for it."""
    return {single_blanks(typed), pasted.number(typed), outside_eu.spelling(typed)}


def siren(typed: str) -> str | None:
    """Return the SIREN that somebody searches for; None for any other identifier."""
    number = pasted.number(typed)
    return number if _SIREN.fullmatch(number) else None


def single_blanks(typed: str) -> str:
    return " ".join(pasted.visible(typed).upper().split())


def _eu_vat_number_outside_france(typed: str) -> str:
    number = pasted.number(typed)
    if number.startswith("FR") or not vat_numbers.is_valid(number):
        raise IdentifierInvalid(field="identifier")
    return number


def _matching(shape: re.Pattern[str], typed: str) -> str:
    identifier = pasted.number(typed)
    if not shape.fullmatch(identifier):
        raise IdentifierInvalid(field="identifier")
    return identifier


_SPELLINGS: dict[IdentifierType, Callable[[str], str]] = {
    IdentifierType.EU_OUTSIDE_FRANCE: _eu_vat_number_outside_france,
    IdentifierType.RIDET: lambda typed: _matching(_RIDET, typed),
    IdentifierType.TAHITI: lambda typed: _matching(_TAHITI, typed),
    IdentifierType.BEING_REGISTERED: single_blanks,
    IdentifierType.PRIVATE_PERSON: single_blanks,
}
