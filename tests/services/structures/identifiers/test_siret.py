"""SIRET: its shape, its check digit, and those that have none by right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.structures.errors.identifiers import SiretInvalid
from services.structures.identifiers import siret


@pytest.mark.parametrize("typed", ["13001977100018", "78299314100038", "11122233300044"])
def test_a_siret_is_read(typed: str) -> None:  # S-06
    assert siret.parse(typed) == typed


@pytest.mark.parametrize(
    "pasted",
    [
        "130 019 771 00018",
        "130-019-771-00018",
        "130.019.771.00018",
        "130\u00a0019\u202f771\u200900018",
        "\u200b13001977100018\ufeff",
        "130019\u200b77100018",
        "１３００１９７７１０００１８",
        "130 019 771 / 00018",
        "«13001977100018»",
        "13001977100018\n",
    ],
)
def test_a_siret_is_read_as_it_is_pasted(pasted: str) -> None:  # S-06
    assert siret.parse(pasted) == "13001977100018"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1300197710001",
        "130019771000188",
        "13001977100019",
        "1300197710001A",
        "١٣٠٠١٩٧٧١٠٠٠١٨",
        "13001977100018\x00",
    ],
)
def test_what_is_not_a_siret_is_refused(typed: str) -> None:  # S-06
    with pytest.raises(SiretInvalid):
        siret.parse(typed)


@pytest.mark.parametrize("typed", ["35600000000048", "35600000049837"])
def test_la_poste_has_sirets_whose_digits_add_up_to_a_multiple_of_five(typed: str) -> None:  # S-06
    assert siret.parse(typed) == typed


def test_even_la_poste_has_wrong_sirets() -> None:  # S-06
    with pytest.raises(SiretInvalid):
        siret.parse("35600000049838")


@pytest.mark.parametrize("fictive", ["97395107368257", "26073617692140", "98125730567914"])
def test_a_sandbox_admits_fictive_sirets_and_no_other_place_does(fictive: str) -> None:  # S-06
    assert siret.parse(fictive, admit_fictive=True) == fictive
    with pytest.raises(SiretInvalid):
        siret.parse(fictive)


def test_a_sandbox_still_wants_fourteen_digits() -> None:  # S-06
    with pytest.raises(SiretInvalid):
        siret.parse("9739510736825", admit_fictive=True)


@given(st.integers(min_value=0, max_value=13), st.integers(min_value=1, max_value=9))
def test_one_wrong_digit_is_always_seen(place: int, shift: int) -> None:  # S-06
    right = "13001977100018"
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]

    with pytest.raises(SiretInvalid):
        siret.parse(wrong)
