"""VAT numbers, beside identifiers of every type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.eu import vat

from services.structures.errors.identifiers import VatNumberForeign, VatNumberInvalid, VatNumberOfAnother
from services.structures.identifiers import vat_numbers
from services.structures.identifiers.types import IdentifierType
from tests.services.structures.builders import AIFE_SIRET, EARL_SIRET
from tests.services.structures.identifiers.reading import read_or_refused

T = IdentifierType


@pytest.mark.parametrize(
    ("siret", "typed", "stored"),
    [
        (AIFE_SIRET, "FR 15 130019771", "FR15130019771"),
        (EARL_SIRET, "fr09111222333", "FR09111222333"),
        ("33417522100013", "FR23334175221", "FR23334175221"),
    ],
)
def test_a_vat_number_of_the_same_siren_is_accepted(siret: str, typed: str, stored: str) -> None:  # S-06
    assert vat_numbers.parse(typed, T.SIRET, siret) == stored


def test_a_vat_number_may_have_letters_in_its_key() -> None:  # S-06
    assert vat_numbers.parse("FRK7399859412", T.SIRET, "39985941200015") == "FRK7399859412"


def test_the_vat_number_of_another_siren_is_refused() -> None:  # S-06
    with pytest.raises(VatNumberOfAnother):
        vat_numbers.parse("FR09111222333", T.SIRET, AIFE_SIRET)


@pytest.mark.parametrize(
    "typed", ["FR16130019771", "FRO5130019771", "FRK7130019771", "15130019771", "BE0697449993", "x"]
)
def test_what_is_no_french_vat_number_is_refused_beside_a_siret(typed: str) -> None:  # S-06
    with pytest.raises(VatNumberInvalid):
        vat_numbers.parse(typed, T.SIRET, AIFE_SIRET)


@pytest.mark.parametrize("typed", ["BE0697449992", "be 0697.449.992", "ATU57194903", "DE-136-695-976"])
def test_a_valid_number_of_another_country_is_named_as_such_beside_a_siret(typed: str) -> None:  # S-06
    with pytest.raises(VatNumberForeign):
        vat_numbers.parse(typed, T.SIRET, AIFE_SIRET)


def test_other_entities_give_any_vat_number_of_the_union() -> None:  # S-06
    assert vat_numbers.parse("BE 0697 449 992", T.OUTSIDE_EU, "CH FROMAGES") == "BE0697449992"
    with pytest.raises(VatNumberInvalid):
        vat_numbers.parse("CH123456788", T.OUTSIDE_EU, "CH FROMAGES")


@given(
    st.sampled_from(sorted(vat.MEMBER_STATES | {"el"})),
    st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+*", min_size=2, max_size=13),
)
def test_a_vat_number_of_every_country_is_either_read_or_refused(country: str, number: str) -> None:
    typed = country.upper() + number

    assert read_or_refused(lambda: vat_numbers.parse(typed, T.PRIVATE_PERSON, "X")) in (typed, None)
