"""Types of identifiers, and the bound on their length."""

from enum import StrEnum

MOST_CHARACTERS = 80


class IdentifierType(StrEnum):
    SIRET = "SIRET"
    EU_OUTSIDE_FRANCE = "UE_HORS_FRANCE"
    OUTSIDE_EU = "HORS_UE"
    RIDET = "RIDET"
    TAHITI = "TAHITI"
    BEING_REGISTERED = "AUTRE"
    PRIVATE_PERSON = "PARTICULIER"
