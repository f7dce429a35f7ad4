"""Intra-community VAT numbers (S-06)."""

import re

from stdnum.eu import vat
from stdnum.fr import siren as fr_siren
from stdnum.fr import tva

from chassis.ground import pasted
from services.structures.errors.identifiers import VatNumberForeign, VatNumberInvalid, VatNumberOfAnother
from services.structures.identifiers import siret
from services.structures.identifiers.types import IdentifierType

_EU_VAT = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,13}")
_FR_VAT = re.compile(r"FR([0-9A-HJ-NP-Z]{2})([0-9]{9})")
_PREFIXES = (vat.MEMBER_STATES - {"gr"}) | {"el"}
"""Prefixes in small letters: Greece writes EL, and not its country code."""


def parse(typed: str, kind: IdentifierType, identifier: str) -> str:
    """Return the one spelling of a VAT number. An entity with a SIRET has the VAT number of its SIREN.

    Raises VatNumberInvalid, VatNumberForeign or VatNumberOfAnother.
    """
    number = pasted.number(typed)
    if kind is IdentifierType.SIRET:
        _check_french(number, siret.siren_of(identifier))
    elif not is_valid(number):
        raise VatNumberInvalid(field="vat_number")
    return number


def is_valid(number: str) -> bool:
    return number[:2].lower() in _PREFIXES and bool(_EU_VAT.fullmatch(number)) and vat.is_valid(number)


def _check_french(number: str, siren: str) -> None:
    match = _FR_VAT.fullmatch(number)
    if not match and is_valid(number) and not number.startswith("FR"):
        raise VatNumberForeign(field="vat_number")
    if not match:
        raise VatNumberInvalid(field="vat_number")
    key, own_siren = match.groups()
    if own_siren != siren:
        raise VatNumberOfAnother(field="vat_number")
    # The numeric key is computed from the digits as they are: the SIREN of a fictive SIRET need not pass Luhn (S-06),
    # and tva.is_valid would ask that of it.
    is_right = key + siren == fr_siren.to_tva(siren) if key.isdigit() else tva.is_valid(key + siren)
    if not is_right:
        raise VatNumberInvalid(field="vat_number")
