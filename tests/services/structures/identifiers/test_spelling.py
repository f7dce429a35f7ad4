"""Identifiers of every type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.structures.errors.identifiers import IdentifierInvalid, SiretInvalid
from services.structures.identifiers import spelling
from services.structures.identifiers.types import MOST_CHARACTERS, IdentifierType
from tests.services.structures.builders import AIFE_SIRET
from tests.services.structures.identifiers.reading import read_or_refused

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
    read = spelling.parse(kind, typed)

    assert read == stored
    assert read in spelling.spellings(typed)


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
        spelling.parse(kind, typed)

    assert refused.value.errors == [{"field": "identifier", "code": "identifier_invalid"}]


def test_a_wrong_siret_is_named_as_such() -> None:  # S-06
    with pytest.raises(SiretInvalid) as refused:
        spelling.parse(T.SIRET, "13001977100019")

    assert refused.value.errors == [{"field": "identifier", "code": "siret_invalid"}]


@given(st.sampled_from(IdentifierType), st.text(max_size=20))
def test_any_text_is_either_read_or_refused(kind: IdentifierType, typed: str) -> None:
    read = read_or_refused(lambda: spelling.parse(kind, typed))

    assert read is None or 1 <= len(read) <= MOST_CHARACTERS
