"""Identifiers of every type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.ground.problems import Refusal
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
        (T.OUTSIDE_EU, "ch  Fromages des A", "CHFROMAGESDESA"),
        (T.RIDET, "0 123 456.001", "0123456001"),
        (T.RIDET, "123456001", "123456001"),
        (T.TAHITI, "a12345-001", "A12345001"),
        (T.BEING_REGISTERED, " rcs  en cours ", "RCS EN COURS"),
        (T.PRIVATE_PERSON, "dupont-1970", "DUPONT-1970"),
    ],
)
def test_an_identifier_is_stored_in_one_spelling(kind: IdentifierType, typed: str, stored: str) -> None:  # S-01, S-06
    read = spelling.parse(kind, typed, country="CH")

    assert read == stored
    assert read in spelling.spellings(typed)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (T.EU_OUTSIDE_FRANCE, "BE0697449993"),
        (T.EU_OUTSIDE_FRANCE, "FR15130019771"),
        (T.EU_OUTSIDE_FRANCE, "US123456789"),
        (T.EU_OUTSIDE_FRANCE, "BE"),
        (T.OUTSIDE_EU, "CH"),
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
        spelling.parse(kind, typed, country="CH")

    assert refused.value.errors == [{"field": "identifier", "code": "identifier_invalid"}]


@pytest.mark.parametrize(
    "kind_of_separator", ["-", ".", " ", "\u00a0", "\u202f", "\u2011", "\u200b", "\u2212", "_", "/"]
)
@pytest.mark.parametrize(
    ("kind", "groups", "stored"),
    [
        (T.SIRET, ["130", "019", "771", "00018"], AIFE_SIRET),
        (T.RIDET, ["0", "123", "456", "001"], "0123456001"),
        (T.TAHITI, ["A12345", "001"], "A12345001"),
        (T.EU_OUTSIDE_FRANCE, ["BE", "0697", "449", "992"], "BE0697449992"),
        (T.OUTSIDE_EU, ["CH", "BUGS", "FROMAGE", "SA"], "CHBUGSFROMAGESA"),
    ],
)
def test_what_people_paste_between_the_groups_of_a_number_is_no_part_of_it(
    kind: IdentifierType, groups: list[str], stored: str, kind_of_separator: str
) -> None:  # S-01, S-06
    typed = kind_of_separator.join(groups)

    assert spelling.parse(kind, typed, country="CH") == stored
    assert stored in spelling.spellings(typed)


def test_full_width_digits_are_digits() -> None:  # S-06
    assert spelling.parse(T.SIRET, "１３００１９７７１０００１８", country="FR") == AIFE_SIRET
    assert spelling.parse(T.RIDET, "\u202a１２３456001\u202c", country="NC") == "123456001"


@pytest.mark.parametrize(
    "typed",
    ["CHBUGS FROMAGE SA", "CH BUGS FROMAGE SA", "CH-BUGS-FROMAGE-SA", "ch bugs fromage s.a.", "CHBÜGSFROMAGESA"],
)
def test_a_structure_outside_the_union_has_one_spelling(typed: str) -> None:  # S-01
    assert spelling.parse(T.OUTSIDE_EU, typed, country="CH") == "CHBUGSFROMAGESA"


@pytest.mark.parametrize(
    ("typed", "country", "field", "code"),
    [
        ("FRBUGS SARL", "FR", "country", "country_in_the_union"),
        ("DEBUGS GMBH", "DE", "country", "country_in_the_union"),
        ("REBUGS SARL", "RE", "country", "country_in_the_union"),
        ("FRBUGS SARL", "CH", "identifier", "identifier_of_another_country"),
        ("UKBUGS LTD", "GB", "identifier", "identifier_of_another_country"),
        ("12 FROMAGES", "CH", "identifier", "identifier_of_another_country"),
        ("C", "CH", "identifier", "identifier_of_another_country"),
        ("CHFROMAGESDESALPES1", "CH", "identifier", "identifier_too_long"),
    ],
)
def test_an_identifier_outside_the_union_begins_with_the_country_of_the_structure(
    typed: str, country: str, field: str, code: str
) -> None:  # S-06
    with pytest.raises(Refusal) as refused:
        spelling.parse(T.OUTSIDE_EU, typed, country=country)

    assert refused.value.errors == [{"field": field, "code": code}]


def test_a_wrong_siret_is_named_as_such() -> None:  # S-06
    with pytest.raises(SiretInvalid) as refused:
        spelling.parse(T.SIRET, "13001977100019", country="FR")

    assert refused.value.errors == [{"field": "identifier", "code": "siret_invalid"}]


@given(st.sampled_from(IdentifierType), st.text(max_size=20))
def test_any_text_is_either_read_or_refused(kind: IdentifierType, typed: str) -> None:
    read = read_or_refused(lambda: spelling.parse(kind, typed, country="CH"))

    assert read is None or 1 <= len(read) <= MOST_CHARACTERS
