"""Countries of ISO 3166-1, by their codes of two letters."""

from collections.abc import Mapping
from functools import cache

from babel import Locale

NOT_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})
"""Territories with a name in CLDR and no place in ISO 3166-1."""


@cache
def codes() -> frozenset[str]:
    territories: Mapping[str, str] = Locale("en").territories
    return frozenset(code for code in territories if len(code) == 2) - NOT_COUNTRIES
