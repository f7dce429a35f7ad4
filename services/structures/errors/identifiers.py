"""Refusals of identifiers that are not well formed (S-06)."""

from chassis.ground.problems import Refusal


class SiretInvalid(Refusal):
    status, code, sentence = 422, "siret_invalid", "This is not a SIRET: 14 digits, of which the last is a check digit."


class IdentifierInvalid(Refusal):
    status, code, sentence = 422, "identifier_invalid", "The identifier is not one of its type."


class IdentifierTooLong(Refusal):
    """Refusal of a HORS_UE identifier: the country and the first 16 characters of the name."""

    status, code, sentence = 422, "identifier_too_long", "The identifier has 18 characters at most: country, then name."


class IdentifierOfAnotherCountry(Refusal):
    status, code, sentence = (
        422,
        "identifier_of_another_country",
        "The identifier begins with the ISO code of the structure's country.",
    )


class CountryInTheUnion(Refusal):
    status, code, sentence = 422, "country_in_the_union", "A structure of this type is outside the European Union."


class VatNumberInvalid(Refusal):
    status, code, sentence = 422, "vat_number_invalid", "This is not an intra-community VAT number."


class VatNumberOfAnother(Refusal):
    status, code, sentence = 422, "vat_number_of_another", "This VAT number belongs to another SIREN."


class VatNumberForeign(Refusal):
    """Refusal of a number that is valid, and belongs to another country than a SIRET does."""

    status, code, sentence = 422, "vat_number_foreign", "An entity with a SIRET has a French VAT number."
