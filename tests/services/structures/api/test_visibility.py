"""What of a structure that the law hides is seen, by whom, on every route (S-19)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chassis.processes.service import bare_app
from services.structures.app import SERVICE
from services.structures.models.visibility import HIDDEN_FROM, Audience
from tests.services.structures.builders import (
    COLLEAGUE,
    EARL_SIRET,
    MANAGER,
    STRANGER,
    DirectoryInMemory,
    an_establishment,
)
from tests.services.structures.driver import StructuresDriver

pytestmark = pytest.mark.both_databases

SECRETS: dict[str, Any] = {
    "name": "Louise Petit",
    "label": "La Ferme de Louise",
    "email": "louise@ferme.example",
    "rcs_number": "RCS Louise",
    "vat_number": "FR09111222333",
    "street": "3 chemin des Louises",
    "complement_1": "Batiment Louise",
    "complement_2": "BP Louise",
    "postcode": "15100",
    "telephone": "01 02 03 04 05",
    "fax": "01 02 03 04 06",
}
PRIVATE_PERSON: dict[str, Any] = {"identifier_type": "PARTICULIER", "identifier": "P 1", "vat_number": None}
OPERATOR = 90


@pytest.fixture(params=["partial diffusion", "private person"])
def hidden(request: pytest.FixtureRequest, structures: StructuresDriver, directory: DirectoryInMemory) -> int:
    """Return the number of a hidden structure of MANAGER's, to which COLLEAGUE is attached."""
    directory.known[EARL_SIRET] = an_establishment(siret=EARL_SIRET, name=None, is_hidden=True, is_public=False)
    kind: dict[str, Any] = PRIVATE_PERSON if request.param == "private person" else {"identifier": EARL_SIRET}
    structure_id = structures.create(**{**SECRETS, "town": "Saint-Flour", **kind})
    structures.decide(MANAGER, "APPROVE", structures.request(structure_id))
    return structure_id


def test_the_table_covers_every_audience() -> None:
    assert set(HIDDEN_FROM) == set(Audience)
    assert HIDDEN_FROM[Audience.ANYONE] == SECRETS.keys()


def test_strangers_see_number_town_and_how_to_ask(structures: StructuresDriver, hidden: int) -> None:
    seen = structures.call("GET", f"/structures/{hidden}", STRANGER).get_json()

    assert (seen["structure_id"], seen["town"], seen["accepts_attachment_requests"]) == (hidden, "Saint-Flour", True)
    assert seen["is_hidden"] is True
    assert seen["name"] == f"{seen['identifier_type']} {seen['identifier']}"
    assert {field: seen[field] for field in SECRETS if seen[field]} == {"name": seen["name"]}


@pytest.mark.parametrize("account_id", [MANAGER, COLLEAGUE])
def test_people_who_are_attached_see_everything(structures: StructuresDriver, hidden: int, account_id: int) -> None:
    seen = structures.call("GET", f"/structures/{hidden}", account_id).get_json()
    (listed,) = structures.call("GET", "/structures", account_id, query_string={"name": "louise"}).get_json()["items"]

    assert seen["name"] == listed["name"] == SECRETS["name"]
    assert seen["street"] == listed["street"] == SECRETS["street"]


def test_an_operator_sees_everything(structures: StructuresDriver, hidden: int) -> None:
    headers = structures.service.person_headers(OPERATOR, role="operator")

    seen = structures.service.client.get(f"/structures/{hidden}", headers=headers).get_json()
    listed = structures.service.client.get("/structures?name=louise", headers=headers).get_json()["items"]

    assert [seen["name"], *(one["name"] for one in listed)] == [SECRETS["name"]] * 2


@pytest.mark.parametrize("criterion", ["name", "label", "postcode"])
def test_a_stranger_does_not_find_by_what_is_hidden(structures: StructuresDriver, hidden: int, criterion: str) -> None:
    def numbers(account_id: int) -> list[int]:
        query = {criterion: SECRETS[criterion]}
        items = structures.call("GET", "/structures", account_id, query_string=query).get_json()["items"]
        return [item["structure_id"] for item in items]

    assert (numbers(STRANGER), numbers(COLLEAGUE)) == ([], [hidden])


def test_who_is_attached_no_more_is_a_stranger_again(structures: StructuresDriver, hidden: int) -> None:
    other = 47
    structures.decide(MANAGER, "REFUSE", structures.request(hidden, other), reason="No")

    (mine,) = structures.call("GET", "/attachments", other).get_json()["items"]

    assert SECRETS["name"] not in str(mine)
    assert mine["structure"]["structure_id"] == hidden


Call = Callable[[StructuresDriver, int], Any]


def _get(path: str, **query: str) -> Call:
    return lambda structures, number: structures.call("GET", path.format(number), STRANGER, query_string=query)


def _send(method: str, path: str, **body: object) -> Call:
    return lambda structures, number: structures.call(method, path.format(number), STRANGER, json=body)


def _withdraw(structures: StructuresDriver, number: int) -> Any:
    return structures.call("DELETE", f"/attachments/{structures.request(number, STRANGER)}", STRANGER)


def _see_own(path: str) -> Call:
    def see(structures: StructuresDriver, number: int) -> Any:
        structures.request(number, STRANGER)
        return structures.call("GET", path, STRANGER)

    return see


CALLS: dict[str, Call] = {
    "GET /structures": _get("/structures", town="Saint-Flour"),
    "GET /public-structures": lambda structures, _: structures.call(
        "GET", "/public-structures", None, query_string={"town": "Saint-Flour"}
    ),
    "GET /structures/<int:structure_id>": _get("/structures/{}"),
    "PATCH /structures/<int:structure_id>": _send("PATCH", "/structures/{}", label="x"),
    "POST /structures": _send("POST", "/structures"),
    "GET /directory/establishments/<siret>": _get(f"/directory/establishments/{EARL_SIRET}"),
    "POST /structures/<int:structure_id>/attachments": _send("POST", "/structures/{}/attachments"),
    "GET /structures/<int:structure_id>/attachments": _get("/structures/{}/attachments"),
    "GET /attachments": _see_own("/attachments"),
    "POST /attachments/decisions": _send("POST", "/attachments/decisions", attachment_ids=[1], decision="APPROVE"),
    "DELETE /attachments/<int:attachment_id>": _withdraw,
    "POST /attachments/<int:attachment_id>/activation-mail": _send("POST", "/attachments/1/activation-mail"),
    "GET /personal-data": _see_own("/personal-data"),
    "GET /personal-data/obstacles": _see_own("/personal-data/obstacles"),
}


def test_every_route_is_among_the_calls() -> None:
    rules = bare_app(SERVICE).url_map.iter_rules()
    own = {
        f"{method} {rule.rule}"
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.split(".")[0] in {"structures", "attachments", "personal data"}
    }

    assert own == CALLS.keys()


@pytest.mark.parametrize("route", CALLS)
def test_no_route_shows_a_stranger_who_it_is(structures: StructuresDriver, hidden: int, route: str) -> None:
    text = CALLS[route](structures, hidden).get_data(as_text=True)

    assert not [secret for secret in SECRETS.values() if secret in text]


def test_no_event_about_a_request_says_who_it_is(structures: StructuresDriver, hidden: int) -> None:
    structures.decide(MANAGER, "REFUSE", structures.request(hidden, STRANGER), reason="No")

    about_requests = [facts for name, facts in structures.service.recorded() if "attachment" in name]
    assert about_requests
    assert not [facts for facts in about_requests if SECRETS["name"] in str(facts)]


def test_the_table_stands_in_the_documentation() -> None:
    page = (Path(__file__).parents[4] / "docs/security.md").read_text(encoding="utf-8")
    for field in HIDDEN_FROM[Audience.ANYONE]:
        marks = ("no" if field in HIDDEN_FROM[audience] else "yes" for audience in Audience)
        assert f"| `{field}` | {' | '.join(marks)} |" in page
