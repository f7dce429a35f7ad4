"""Numbers as people paste them."""

import pytest

from chassis.ground import pasted


@pytest.mark.parametrize(
    "typed",
    [
        "093160001",
        "093-160-001",
        "093.160.001",
        "093 160 001",
        "093\u00a0160\u202f001",
        "\u202a093160001\u202c",
        "0931\u200b60001",
        "\ufeff093160001",
        "０９３１６０００１",
        "093\u2011160\u2013001",
    ],
)
def test_separators_and_invisible_characters_are_no_part_of_a_number(typed: str) -> None:
    assert pasted.number(typed) == "093160001"


@pytest.mark.parametrize("typed", ["0931600O1", "093160001\x00", "093+160001", "093*160001"])
def test_what_separates_nothing_stays_and_is_refused_by_whoever_reads_the_number(typed: str) -> None:
    assert not pasted.number(typed).isdecimal()
