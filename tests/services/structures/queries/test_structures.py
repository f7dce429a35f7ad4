"""Searching structures, with and without an account."""

from typing import Any

import pytest

from tests.services.structures.builders import EARL_SIRET, MANAGER, STRANGER, DirectoryInMemory, an_establishment
from tests.services.structures.driver import StructuresDriver, faults, refusal

pytestmark = pytest.mark.both_databases


@pytest.fixture
def town_hall(structures: StructuresDriver, directory: DirectoryInMemory) -> int:
    """Return the number of a public structure."""
    return structures.create(label="Service des œuvres", telephone="01 02 03 04 05", email="aife@exemple.fr")


@pytest.fixture
def farm(structures: StructuresDriver, town_hall: int) -> int:
    """Return the number of a private structure."""
    return structures.create(
        identifier=EARL_SIRET,
        name="EARL des Trois Chênes",
        is_public=False,
        status="INACTIF",
        postcode="15100",
        town="Saint-Flour",
    )


def search(structures: StructuresDriver, path: str = "/structures", **criteria: Any) -> list[int]:
    answer = structures.call("GET", path, query_string=criteria)
    assert answer.status_code == 200, answer.json
    return [item["structure_id"] for item in answer.get_json()["items"]]


@pytest.mark.parametrize(
    "criteria",
    [
        {"name": "earl des trois chenes"},
        {"name": "CHÊNES trois"},
        {"name": "  trois   chên "},
        {"identifier": EARL_SIRET},
        {"identifier": "111 222 333 00044", "identifier_type": "SIRET"},
        {"status": "INACTIF", "town": "Saint-Flour"},
        {"is_public": "false", "name": "chenes"},
        {"postcode": "15100"},
        {"town": "saint flour"},
        {"town": "FLOUR", "country": "fr", "name": "EARL"},
    ],
)
def test_each_criterion_finds_the_structure_it_fits(  # S-02
    structures: StructuresDriver, farm: int, criteria: dict[str, Any]
) -> None:
    assert search(structures, **criteria) == [farm]


@pytest.mark.parametrize(
    "criteria",
    [
        {"name": "trois sapins"},
        {"identifier": "13001977100"},
        {"identifier": EARL_SIRET, "identifier_type": "RIDET"},
        {"label": "EARL"},
        {"town": "flour", "status": "ACTIF"},
        {"country": "BE", "town": "flour"},
    ],
)
def test_all_criteria_must_fit(structures: StructuresDriver, farm: int, criteria: dict[str, Any]) -> None:  # S-02
    assert search(structures, **criteria) == []


def test_a_label_is_found_whatever_its_accents(structures: StructuresDriver, town_hall: int, farm: int) -> None:  # S-02
    assert search(structures, label="OEUVRES service") == [town_hall]


def test_a_changed_name_is_found_and_the_former_is_not(structures: StructuresDriver, town_hall: int) -> None:  # S-02
    structures.call("PATCH", f"/structures/{town_hall}", json={"name": "Ministère"})

    assert search(structures, name="ministere") == [town_hall]
    assert search(structures, name="agence") == []


def test_results_come_page_by_page(structures: StructuresDriver, directory: DirectoryInMemory) -> None:  # S-02
    numbers = [structures.create(identifier_type="AUTRE", identifier=f"NUMBER {n}") for n in range(5)]
    seen: list[int] = []
    after: str | None = None

    for _ in range(3):
        query = {"name": "agence", "limit": 2, **({"after": after} if after else {})}
        page = structures.call("GET", "/structures", query_string=query).get_json()
        seen += [item["structure_id"] for item in page["items"]]
        after = page["next"]

    assert seen == numbers
    assert after is None


def test_anyone_finds_public_structures_and_no_private_one(  # S-03
    structures: StructuresDriver, town_hall: int, farm: int
) -> None:
    answer = structures.call("GET", "/public-structures", None, query_string={"town": "noisy"})

    (structure,) = answer.get_json()["items"]
    assert structure["structure_id"] == town_hall
    assert not {"email", "telephone", "vat_number", "verified"} & structure.keys()


def test_asking_for_private_structures_without_an_account_finds_none(  # S-03
    structures: StructuresDriver, farm: int
) -> None:
    answer = structures.call(
        "GET", "/public-structures", None, query_string={"is_public": "false", "town": "Saint-Flour"}
    )

    assert answer.json == {"items": [], "next": None}


def test_whoever_searches_all_the_time_is_told_to_come_again_later(bounded: StructuresDriver) -> None:  # S-02, S-03
    def statuses(path: str, account_id: int | None, **headers: str) -> list[int]:
        own = bounded.service.person_headers(account_id) if account_id else {}
        return [
            bounded.service.client.get(path, query_string={"name": "agence"}, headers={**own, **headers}).status_code
            for _ in range(3)
        ]

    assert statuses("/public-structures", None, **{"X-Forwarded-For": "192.0.2.1"}) == [200, 200, 429]
    assert statuses("/public-structures", None, **{"X-Forwarded-For": "192.0.2.2"}) == [200, 200, 429]
    assert statuses("/structures", MANAGER) == [200, 200, 429]
    assert statuses("/structures", STRANGER) == [200, 200, 429]


def test_the_search_of_all_structures_asks_for_an_account(structures: StructuresDriver) -> None:
    assert structures.call("GET", "/structures", None).status_code == 401


@pytest.mark.parametrize("path", ["/structures", "/public-structures"])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"after": "%%%", "name": "agence"}, "after"),
        ({}, "name"),
        ({"status": "ACTIF", "country": "FR"}, "name"),
        ({"is_public": "true", "limit": "100"}, "name"),
        ({"name": "e"}, "name"),
        ({"name": "%"}, "name"),
        ({"name": "_"}, "name"),
        ({"name": "---"}, "name"),
        ({"town": "l'"}, "town"),
        ({"status": "OUVERT"}, "status"),
        ({"identifier_type": "SIREN"}, "identifier_type"),
        ({"is_public": "maybe"}, "is_public"),
        ({"name": "x" * 251}, "name"),
    ],
)
def test_a_wrong_criterion_is_named(structures: StructuresDriver, path: str, query: dict[str, str], field: str) -> None:
    answer = structures.call("GET", path, query_string=query)

    assert answer.status_code == 422
    assert list(faults(answer)) == [field]


@pytest.mark.parametrize("name", ["EARL BUGSA", "E.A.R.L. Bugsa", "letoile", "L'ÉTOILE", "earl letoile bugsa"])
def test_a_name_is_found_with_or_without_its_punctuation(structures: StructuresDriver, name: str) -> None:  # S-02
    number = structures.create(identifier_type="AUTRE", identifier="1", name="E.A.R.L. BUGSA DE L'ETOILE-DU-SUD")
    structures.create(identifier_type="AUTRE", identifier="2", name="SARL DES PRES")

    assert search(structures, name=name) == [number]
    assert search(structures, name="despres") == []


def test_a_structure_that_nobody_has_verified_is_never_public(
    structures: StructuresDriver, directory: DirectoryInMemory
) -> None:  # S-03, S-05
    directory.is_available = False
    structure_id = structures.create(is_public=True)
    structures.create(identifier_type="RIDET", identifier="0123456001", is_public=True)

    listed = structures.call("GET", "/public-structures", None, query_string={"town": "noisy"}).get_json()["items"]
    claimed = structures.call("PATCH", f"/structures/{structure_id}", json={"is_public": True})

    assert listed == []
    assert refusal(claimed) == (409, "public_by_directory")


def test_a_name_that_the_directory_hides_is_left_to_the_person(
    structures: StructuresDriver, directory: DirectoryInMemory
) -> None:  # S-04
    directory.known[EARL_SIRET] = an_establishment(siret=EARL_SIRET, name=None, street=None, complement_1=None)

    answer = structures.call("GET", f"/directory/establishments/{EARL_SIRET}").get_json()

    assert (answer["name"], answer["street"], answer["town"]) == (None, None, "NOISY LE GRAND")
