"""Every form with its wrong values, and every refusal of a service: people are told what to do."""

import re

import pytest

from tests.gateway.refused_input import Refused, everything, forms

ROWS = everything()
SAYS_WHAT_TO_DO = re.compile(r"\b\w+ez\b")
"""The imperative as French has it for people whom it respects: Indiquez, Corrigez-la, Revenez."""


def test_every_form_that_asks_for_something_has_a_wrong_value_that_is_refused() -> None:
    refused = {row.where for row in ROWS}
    asking = {form.__name__ for form in forms() if any(_is_required(form, name) for name in dir(form))}

    # An opening's boxes are what the catalogue offers: any value counts as ticked here.
    assert asking - refused == {"OpeningForm"}


def _is_required(form: type, name: str) -> bool:
    arguments = getattr(getattr(form, name, None), "kwargs", {})
    return bool(arguments.get("validators"))


@pytest.mark.parametrize("row", {row.sentence: row for row in ROWS}.values(), ids=lambda row: row.sentence[:60])
def test_a_sentence_that_says_no_says_what_to_do(row: Refused) -> None:
    assert SAYS_WHAT_TO_DO.search(row.sentence), row
    assert row.sentence[0].isupper()
    assert row.sentence.endswith(".")


def test_nothing_of_the_libraries_own_words_is_shown() -> None:
    assert [row for row in ROWS if "valide." in row.sentence or "field" in row.sentence] == []
