"""Identifiers, validated by type and brought to one spelling, so that a structure is unique (S-01, S-06)."""

import re
from collections.abc import Callable

from services.structures.errors.identifiers import IdentifierInvalid
from services.structures.identifiers import siret, vat_numbers
from services.structures.identifiers.characters import single_blanks, without_blanks, without_punctuation
from services.structures.identifiers.types import MOST_CHARACTERS, IdentifierType

HORS_UE_MOST_CHARACTERS = 18
"""Length of a country code and the first 16 characters of the business name."""

_RIDET = re.compile(r"[0-9]{9,10}")
"""New Caledonia: 6 or 7 digits for the company, 3 for the establishment."""
_TAHITI = re.compile(r"[0-9A-Z][0-9]{5}[0-9]{3}")
"""French Polynesia: 6 characters for the company, perhaps with a letter first, 3 digits for the establishment."""
_HORS_UE = re.compile(r"[A-Z]{2}.+")


def parse(kind: IdentifierType, typed: str, *, admit_fictive_sirets: bool = False) -> str:
    """Return the one spelling of an identifier. Raises SiretInvalid or IdentifierInvalid, for field `identifier`."""
    if kind is IdentifierType.SIRET:
        return siret.parse(typed, admit_fictive=admit_fictive_sirets, field="identifier")
    identifier = _SPELLINGS[kind](typed)
    if not 1 <= len(identifier) <= MOST_CHARACTERS:
        raise IdentifierInvalid(field="identifier")
    return identifier


def spellings(typed: str) -> set[str]:
    """Return the spellings in which an identifier of unknown type may be stored, to search for it."""
    return {without_blanks(typed), single_blanks(typed), without_punctuation(typed)}


def _eu_vat_number_outside_france(typed: str) -> str:
    number = without_punctuation(typed)
    if number.startswith("FR") or not vat_numbers.is_valid(number):
        raise IdentifierInvalid(field="identifier")
    return number


def _matching(shape: re.Pattern[str], identifier: str, most: int = MOST_CHARACTERS) -> str:
    if len(identifier) > most or not shape.fullmatch(identifier):
        raise IdentifierInvalid(field="identifier")
    return identifier


_SPELLINGS: dict[IdentifierType, Callable[[str], str]] = {
    IdentifierType.EU_OUTSIDE_FRANCE: _eu_vat_number_outside_france,
    IdentifierType.OUTSIDE_EU: lambda typed: _matching(_HORS_UE, single_blanks(typed), HORS_UE_MOST_CHARACTERS),
    IdentifierType.RIDET: lambda typed: _matching(_RIDET, without_punctuation(typed)),
    IdentifierType.TAHITI: lambda typed: _matching(_TAHITI, without_punctuation(typed)),
    IdentifierType.BEING_REGISTERED: single_blanks,
    IdentifierType.PRIVATE_PERSON: single_blanks,
}
