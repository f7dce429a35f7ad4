"""Identifiers of every type, and the VAT number beside them."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.eu import vat

from chassis.ground.problems import Refusal
from services.structures import identifiers
from services.structures.errors import IdentifierInvalid, SiretInvalid, VatNumberInvalid, VatNumberOfAnother
from services.structures.identifiers import IdentifierType
from tests.services.structures.builders import AIFE_SIRET, EARL_SIRET

T = IdentifierType


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        (T.SIRET, "130 019 771 00018", AIFE_SIRET),
        (T.EU_OUTSIDE_FRANCE, "BE 0697.449.992", "BE0697449992"),
        (T.EU_OUTSIDE_FRANCE, "atu57194903", "ATU57194903"),
        (T.OUTSIDE_EU, "ch  Fromages des A", "CH FROMAGES DES A"),
        (T.RIDET, "0 123 456.001", "0123456001"),
        (T.RIDET, "123456001", "123456001"),
        (T.TAHITI, "a12345-001", "A12345001"),
        (T.BEING_REGISTERED, " rcs  en cours ", "RCS EN COURS"),
        (T.PRIVATE_PERSON, "dupont-1970", "DUPONT-1970"),
    ],
)
def test_an_identifier_is_stored_in_one_spelling(kind: IdentifierType, typed: str, stored: str) -> None:  # S-01, S-06
    read = identifiers.parse(kind, typed)

    assert read == stored
    assert read in identifiers.spellings(typed)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (T.EU_OUTSIDE_FRANCE, "BE0697449993"),
        (T.EU_OUTSIDE_FRANCE, "FR15130019771"),
        (T.EU_OUTSIDE_FRANCE, "US123456789"),
        (T.EU_OUTSIDE_FRANCE, "BE"),
        (T.OUTSIDE_EU, "C"),
        (T.OUTSIDE_EU, "12 FROMAGES"),
        (T.OUTSIDE_EU, "CHFROMAGESDESALPES1"),
        (T.RIDET, "12345600"),
        (T.RIDET, "12345600A"),
        (T.TAHITI, "A1234500"),
        (T.TAHITI, "AB2345001"),
        (T.BEING_REGISTERED, "   "),
        (T.PRIVATE_PERSON, "ß" * 41),
    ],
)
def test_an_identifier_that_is_none_of_its_type_is_refused(kind: IdentifierType, typed: str) -> None:  # S-06
    with pytest.raises(IdentifierInvalid) as refused:
        identifiers.parse(kind, typed)

    assert refused.value.errors == [{"field": "identifier", "code": "identifier_invalid"}]


def test_a_wrong_siret_is_named_as_such() -> None:  # S-06
    with pytest.raises(SiretInvalid) as refused:
        identifiers.parse(T.SIRET, "13001977100019")

    assert refused.value.errors == [{"field": "identifier", "code": "siret_invalid"}]


@pytest.mark.parametrize(
    ("siret", "typed", "stored"),
    [
        (AIFE_SIRET, "FR 15 130019771", "FR15130019771"),
        (EARL_SIRET, "fr09111222333", "FR09111222333"),
        ("33417522100013", "FR23334175221", "FR23334175221"),
    ],
)
def test_a_vat_number_of_the_same_siren_is_accepted(siret: str, typed: str, stored: str) -> None:  # S-06
    assert identifiers.parse_vat_number(typed, T.SIRET, siret) == stored


def test_a_vat_number_may_have_letters_in_its_key() -> None:  # S-06
    assert identifiers.parse_vat_number("FRK7399859412", T.SIRET, "39985941200015") == "FRK7399859412"


def test_the_vat_number_of_another_siren_is_refused() -> None:  # S-06
    with pytest.raises(VatNumberOfAnother):
        identifiers.parse_vat_number("FR09111222333", T.SIRET, AIFE_SIRET)


@pytest.mark.parametrize(
    "typed", ["FR16130019771", "FRO5130019771", "FRK7130019771", "15130019771", "BE0697449992", "x"]
)
def test_what_is_no_french_vat_number_is_refused_beside_a_siret(typed: str) -> None:  # S-06
    with pytest.raises(VatNumberInvalid):
        identifiers.parse_vat_number(typed, T.SIRET, AIFE_SIRET)


def test_other_entities_give_any_vat_number_of_the_union() -> None:  # S-06
    assert identifiers.parse_vat_number("BE 0697 449 992", T.OUTSIDE_EU, "CH FROMAGES") == "BE0697449992"
    with pytest.raises(VatNumberInvalid):
        identifiers.parse_vat_number("CH123456788", T.OUTSIDE_EU, "CH FROMAGES")


def read_or_refused(read: Callable[[], str]) -> str | None:
    """None for a refusal; any other exception is a fault."""
    try:
        return read()
    except Refusal:
        return None


@given(st.sampled_from(IdentifierType), st.text(max_size=20))
def test_any_text_is_either_read_or_refused(kind: IdentifierType, typed: str) -> None:
    read = read_or_refused(lambda: identifiers.parse(kind, typed))

    assert read is None or 1 <= len(read) <= identifiers.MOST_CHARACTERS


@given(
    st.sampled_from(sorted(vat.MEMBER_STATES | {"el"})),
    st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+*", min_size=2, max_size=13),
)
def test_a_vat_number_of_every_country_is_either_read_or_refused(country: str, number: str) -> None:
    typed = country.upper() + number

    assert read_or_refused(lambda: identifiers.parse_vat_number(typed, T.PRIVATE_PERSON, "X")) in (typed, None)
