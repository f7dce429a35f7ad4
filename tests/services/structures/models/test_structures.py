"""Rules of structures, on plain objects with no database."""

import pytest

from services.structures.errors.structures import PublicByDirectory
from tests.services.structures.builders import a_structure


def test_what_the_directory_says_of_a_verified_structure_stays() -> None:  # S-05
    structure = a_structure(is_public=True, verified=True)

    with pytest.raises(PublicByDirectory):
        structure.change({"is_public": False, "name": "OTHER"})

    assert (structure.is_public, structure.name) == (True, "AGENCE INFORMATIQUE FINANCIERE ETAT")


def test_what_nobody_has_verified_does_not_become_public() -> None:  # S-05
    structure = a_structure(is_public=False, verified=False)

    with pytest.raises(PublicByDirectory):
        structure.change({"is_public": True})

    assert structure.is_public is False


def test_names_are_compared_without_case_accents_and_punctuation() -> None:  # S-02
    structure = a_structure(name="L'Œuf d'Été", town="Noisy-le-Grand", label=None)

    assert (structure.name_folded, structure.town_folded, structure.label_folded) == (
        "L OEUF D ETE LOEUF DETE",
        "NOISY LE GRAND NOISYLEGRAND",
        None,
    )
