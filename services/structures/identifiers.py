"""Identifiers, each validated by its type and brought to one spelling, so that a structure is unique (S-01, S-06)."""

import re
from collections.abc import Callable
from enum import StrEnum

from stdnum.eu import vat
from stdnum.fr import siren as fr_siren
from stdnum.fr import tva

from services.structures import siret
from services.structures.errors import IdentifierInvalid, VatNumberInvalid, VatNumberOfAnother

HORS_UE_MOST_CHARACTERS = 18
"""A country code and the first 16 characters of the business name."""
MOST_CHARACTERS = 80

_RIDET = re.compile(r"[0-9]{9,10}")
"""6 or 7 digits for the company, 3 for the establishment (New Caledonia)."""
_TAHITI = re.compile(r"[0-9A-Z][0-9]{5}[0-9]{3}")
"""6 characters for the company, perhaps with a letter first, 3 digits for the establishment (French Polynesia)."""
_HORS_UE = re.compile(r"[A-Z]{2}.+")
_EU_VAT = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,13}")
_FR_VAT = re.compile(r"FR([0-9A-HJ-NP-Z]{2})([0-9]{9})")


class IdentifierType(StrEnum):
    SIRET = "SIRET"
    EU_OUTSIDE_FRANCE = "UE_HORS_FRANCE"
    OUTSIDE_EU = "HORS_UE"
    RIDET = "RIDET"
    TAHITI = "TAHITI"
    BEING_REGISTERED = "AUTRE"
    PRIVATE_PERSON = "PARTICULIER"


def parse(kind: IdentifierType, typed: str, *, admit_fictive_sirets: bool = False) -> str:
    """The one spelling of an identifier. Raises SiretInvalid or IdentifierInvalid, both for the field `identifier`."""
    if kind is IdentifierType.SIRET:
        return siret.parse(typed, admit_fictive=admit_fictive_sirets, field="identifier")
    identifier = _SPELLINGS[kind](typed)
    if not 1 <= len(identifier) <= MOST_CHARACTERS:
        raise IdentifierInvalid(field="identifier")
    return identifier


def spellings(typed: str) -> set[str]:
    """How an identifier of unknown type may be stored, to search for it."""
    return {_without_blanks(typed), _one_blank(typed), _without_punctuation(typed)}


def parse_vat_number(typed: str, kind: IdentifierType, identifier: str) -> str:
    """The one spelling of an intra-community VAT number; that of an entity with a SIRET must be of the same SIREN.

    Raises VatNumberInvalid or VatNumberOfAnother.
    """
    number = _without_punctuation(typed)
    if kind is IdentifierType.SIRET:
        _check_french_vat_number(number, siret.siren_of(identifier))
    elif not _is_eu_vat_number(number):
        raise VatNumberInvalid(field="vat_number")
    return number


def _check_french_vat_number(number: str, siren: str) -> None:
    """The key is computed from the SIREN's digits as they are: that of a fictive SIRET need not pass Luhn (S-06)."""
    found = _FR_VAT.fullmatch(number)
    if not found:
        raise VatNumberInvalid(field="vat_number")
    key, of_siren = found.groups()
    if of_siren != siren:
        raise VatNumberOfAnother(field="vat_number")
    is_right = key + siren == fr_siren.to_tva(siren) if key.isdigit() else tva.is_valid(key + siren)
    if not is_right:
        raise VatNumberInvalid(field="vat_number")


def _is_eu_vat_number(number: str) -> bool:
    return number[:2].lower() in _VAT_PREFIXES and bool(_EU_VAT.fullmatch(number)) and vat.is_valid(number)


_VAT_PREFIXES = (vat.MEMBER_STATES - {"gr"}) | {"el"}
"""Greece writes EL."""


def _eu_vat_number_outside_france(typed: str) -> str:
    number = _without_punctuation(typed)
    if number.startswith("FR") or not _is_eu_vat_number(number):
        raise IdentifierInvalid(field="identifier")
    return number


def _outside_eu(typed: str) -> str:
    return _matching(_HORS_UE, _one_blank(typed), HORS_UE_MOST_CHARACTERS)


def _matching(shape: re.Pattern[str], identifier: str, most: int = MOST_CHARACTERS) -> str:
    if len(identifier) > most or not shape.fullmatch(identifier):
        raise IdentifierInvalid(field="identifier")
    return identifier


def _one_blank(typed: str) -> str:
    return " ".join(typed.upper().split())


def _without_blanks(typed: str) -> str:
    return "".join(typed.upper().split())


def _without_punctuation(typed: str) -> str:
    return re.sub(r"[\s.\-/]", "", typed.upper())


_SPELLINGS: dict[IdentifierType, Callable[[str], str]] = {
    IdentifierType.EU_OUTSIDE_FRANCE: _eu_vat_number_outside_france,
    IdentifierType.OUTSIDE_EU: _outside_eu,
    IdentifierType.RIDET: lambda typed: _matching(_RIDET, _without_punctuation(typed)),
    IdentifierType.TAHITI: lambda typed: _matching(_TAHITI, _without_punctuation(typed)),
    IdentifierType.BEING_REGISTERED: _one_blank,
    IdentifierType.PRIVATE_PERSON: _one_blank,
}
