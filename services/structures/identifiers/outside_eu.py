"""HORS_UE: the country of a structure outside the European Union, and the beginning of its name (S-06)."""

from stdnum.eu import vat

from chassis.ground.countries import codes
from chassis.ground.folding import folded
from services.structures.errors.identifiers import (
    CountryInTheUnion,
    IdentifierInvalid,
    IdentifierOfAnotherCountry,
    IdentifierTooLong,
)

MOST_CHARACTERS = 18
"""Length of a country code and the first 16 characters of the business name."""
_OF_THE_UNION = frozenset({"AX", "GF", "GP", "MF", "MQ", "RE", "YT"})
"""Territories of its members that belong to the Union, and have country codes of their own."""
_OUTSIDE = codes() - {state.upper() for state in vat.MEMBER_STATES} - _OF_THE_UNION


def spelling(typed: str) -> str:
    """Return the one spelling: letters and digits alone, without accents, in capitals."""
    return folded(typed).replace(" ", "")


def parse(typed: str, country: str) -> str:
    """Return the one spelling of an identifier of a structure in this country.

    Raises CountryInTheUnion, IdentifierOfAnotherCountry, IdentifierTooLong or IdentifierInvalid.
    """
    check_country(country)
    identifier = spelling(typed)
    check_prefix(identifier, country, field="identifier")
    if len(identifier) > MOST_CHARACTERS:
        raise IdentifierTooLong(field="identifier")
    if len(identifier) == len(country):
        raise IdentifierInvalid(field="identifier")
    return identifier


def build(country: str, name: str) -> str:
    """Return the identifier of a structure by its country and name."""
    return f"{country}{spelling(name)}"[:MOST_CHARACTERS]


def check_country(country: str) -> None:
    """Raise CountryInTheUnion."""
    if country not in _OUTSIDE:
        raise CountryInTheUnion(field="country")


def check_prefix(identifier: str, country: str, *, field: str) -> None:
    """Raise IdentifierOfAnotherCountry."""
    if not identifier.startswith(country):
        raise IdentifierOfAnotherCountry(field=field)
