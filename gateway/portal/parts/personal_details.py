"""Names and postal address of a person: fields for several forms (A-01, A-12).

Each call makes a field of its own, because a page shows errors in the order of creation of its form's fields.
"""

from wtforms import SelectField, StringField

from gateway.portal.frame import forms


def last_name() -> StringField:
    return forms.text("Nom", "Indiquez votre nom.", autocomplete="family-name")


def first_name() -> StringField:
    return forms.text("Prénom", "Indiquez votre prénom.", autocomplete="given-name")


def street() -> StringField:
    return forms.text("Numéro et voie", "Indiquez le numéro et la voie.", autocomplete="street-address")


def postcode() -> StringField:
    return forms.text("Code postal", "Indiquez le code postal.", autocomplete="postal-code")


def town() -> StringField:
    return forms.text("Ville", "Indiquez la ville.", autocomplete="address-level2")


def country() -> SelectField:
    return forms.country(autocomplete="country")
