"""Refusals of identifiers that are not well formed (S-06)."""

from chassis.ground.problems import Refusal


class SiretInvalid(Refusal):
    status, code, sentence = 422, "siret_invalid", "This is not a SIRET: 14 digits, of which the last is a check digit."


class IdentifierInvalid(Refusal):
    status, code, sentence = 422, "identifier_invalid", "The identifier is not one of its type."


class VatNumberInvalid(Refusal):
    status, code, sentence = 422, "vat_number_invalid", "This is not an intra-community VAT number."


class VatNumberOfAnother(Refusal):
    status, code, sentence = 422, "vat_number_of_another", "This VAT number belongs to another SIREN."
