"""Identifiers over HTTP: one structure however its number was pasted, and refusals that say what to do."""

from typing import Any

import pytest

from tests.services.structures.builders import AIFE_SIRET, EARL_SIRET, a_new_structure
from tests.services.structures.driver import StructuresDriver, faults, refusal

pytestmark = pytest.mark.both_databases

SWISS: dict[str, Any] = {
    "identifier_type": "HORS_UE",
    "identifier": "CHBUGS FROMAGE SA",
    "name": "Bugs Fromage SA",
    "country": "CH",
    "is_public": False,
}


def find(structures: StructuresDriver, **criteria: str) -> list[int]:
    items = structures.call("GET", "/structures", query_string=criteria).get_json()["items"]
    return [item["structure_id"] for item in items]


@pytest.mark.parametrize(
    "typed", ["130-019-771-00018", "130\u200b01977100018", "１３００１９７７１０００１８", "\u202a13001977100018\u202c"]
)
def test_a_pasted_siret_is_looked_up_created_and_searched_alike(structures: StructuresDriver, typed: str) -> None:
    looked_up = structures.call("GET", f"/directory/establishments/{typed}")  # S-04, S-06
    structure_id = structures.create(identifier=typed, vat_number="FR-15.130 019\u00a0771")

    assert looked_up.get_json()["siret"] == AIFE_SIRET
    stored = structures.call("GET", f"/structures/{structure_id}").get_json()
    assert (stored["identifier"], stored["vat_number"]) == (AIFE_SIRET, "FR15130019771")
    assert find(structures, identifier=typed) == [structure_id]
    assert find(structures, identifier=typed, identifier_type="SIRET") == [structure_id]


@pytest.mark.parametrize("typed", ["111222333", "111 222 333", "111-222-333"])
def test_a_siren_finds_the_establishments_of_its_legal_unit(structures: StructuresDriver, typed: str) -> None:  # S-02
    structures.create()
    farm = structures.create(identifier=EARL_SIRET, is_public=False)

    assert find(structures, identifier=typed) == [farm]
    assert find(structures, identifier=typed, identifier_type="RIDET") == []


@pytest.mark.parametrize("typed", ["CH BUGS FROMAGE SA", "CH-BUGS-FROMAGE SA", "chbugs fromage s.a."])
def test_a_structure_outside_the_union_is_created_once_however_it_is_spelt(
    structures: StructuresDriver, typed: str
) -> None:  # S-01
    structure_id = structures.create(**SWISS)

    again = structures.call("POST", "/structures", json={**a_new_structure(), **SWISS, "identifier": typed})

    assert refusal(again) == (409, "structure_exists")
    assert find(structures, identifier=typed) == [structure_id]


def test_an_identifier_outside_the_union_is_made_of_country_and_name(structures: StructuresDriver) -> None:  # S-06
    structure_id = structures.create(**{**SWISS, "identifier": None, "name": "Fromages des Alpes bernoises"})

    stored = structures.call("GET", f"/structures/{structure_id}").get_json()
    assert stored["identifier"] == "CHFROMAGESDESALPES"


def test_no_other_type_does_without_an_identifier(structures: StructuresDriver) -> None:  # S-06
    answer = structures.call("POST", "/structures", json={**a_new_structure(), "identifier": None})

    assert faults(answer) == {"identifier": "required"}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"identifier": "FRBUGS SARL", "country": "FR"}, "country", "country_in_the_union"),
        ({"identifier": "USBUGS INC"}, "identifier", "identifier_of_another_country"),
        ({"identifier": "CHFROMAGESDESALPES1"}, "identifier", "identifier_too_long"),
        ({"country": "UK", "identifier": "UKBUGS LTD"}, "country", "not_a_country"),
        ({"country": "ZZ"}, "country", "not_a_country"),
    ],
)
def test_an_identifier_outside_the_union_that_is_none_is_refused_with_its_reason(
    structures: StructuresDriver, change: dict[str, Any], field: str, code: str
) -> None:  # S-06
    answer = structures.call("POST", "/structures", json={**a_new_structure(), **SWISS, **change})

    assert answer.status_code == 422
    assert faults(answer) == {field: code}
    assert structures.events() == []


@pytest.mark.parametrize(("country", "code"), [("US", "identifier_of_another_country"), ("DE", "country_in_the_union")])
def test_a_structure_outside_the_union_does_not_move_to_a_country_that_its_identifier_denies(
    structures: StructuresDriver, country: str, code: str
) -> None:  # S-06
    structure_id = structures.create(**SWISS)

    answer = structures.call("PATCH", f"/structures/{structure_id}", json={"country": country})

    assert faults(answer) == {"country": code}


def test_a_country_without_postcodes_needs_none_and_a_french_address_does(structures: StructuresDriver) -> None:  # S-07
    abroad = {"identifier": "AEBUGS", "country": "AE", "postcode": None}
    structure_id = structures.create(**{**SWISS, **abroad})
    french = structures.call("POST", "/structures", json={**a_new_structure(), "postcode": None})
    town_hall = structures.create()
    emptied = structures.call("PATCH", f"/structures/{town_hall}", json={"postcode": None})

    assert structures.call("GET", f"/structures/{structure_id}").get_json()["postcode"] == ""
    assert faults(french) == faults(emptied) == {"postcode": "required"}
