"""Postcodes: every French address has one, and some countries have none at all."""

from chassis.ground.problems import InvalidInput

WITH_POSTCODES = frozenset({"FR"})


def check(country: str, postcode: str | None) -> None:
    """Raise InvalidInput."""
    if country in WITH_POSTCODES and not postcode:
        raise InvalidInput({"postcode": "required"})
