"""Whoever creates a structure manages it at once, and unconfirmed: it stays open to who has the right to it."""

import pytest
from click.testing import CliRunner, Result

from services.structures.commands.managers import managers
from tests.kit.databases import address
from tests.services.structures.builders import AIFE_SIRET, COLLEAGUE, EARL_SIRET
from tests.services.structures.driver import StructuresDriver, refusal

pytestmark = pytest.mark.both_databases

CLOSED = {"accepts_attachment_requests": False}


def run(structures: StructuresDriver, *words: str) -> Result:
    return CliRunner().invoke(managers, words, env={"GUICHET_DATABASE_URL": address(structures.service.database)})


def read(structures: StructuresDriver, structure_id: int) -> dict[str, object]:
    answer: dict[str, object] = structures.call("GET", f"/structures/{structure_id}", COLLEAGUE).get_json()
    return answer


def test_a_new_structure_takes_requests_whatever_its_creator_says(structures: StructuresDriver) -> None:  # S-22
    structure_id = structures.create(**CLOSED)

    assert structures.request(structure_id, COLLEAGUE)
    assert read(structures, structure_id)["accepts_attachment_requests"] is True
    assert read(structures, structure_id)["is_confirmed"] is False


def test_an_unconfirmed_manager_cannot_close_it_to_requests_and_changes_nothing_by_trying(
    structures: StructuresDriver,
) -> None:  # S-22
    structure_id = structures.create()
    events = structures.events()

    answer = structures.call("PATCH", f"/structures/{structure_id}", json={**CLOSED, "label": "Mine"})

    assert refusal(answer) == (409, "requests_stay_open")
    assert answer.get_json()["errors"][0]["field"] == "accepts_attachment_requests"
    assert read(structures, structure_id)["label"] is None
    assert structures.events() == events


def test_everything_else_can_be_changed_meanwhile(structures: StructuresDriver) -> None:  # S-22, S-07
    structure_id = structures.create()
    changes = {"label": "Ours", "accepts_attachment_requests": True}

    assert structures.call("PATCH", f"/structures/{structure_id}", json=changes).status_code == 200


def test_an_operator_lists_and_confirms_and_the_manager_may_close_it_then(structures: StructuresDriver) -> None:  # S-22
    structure_id, other = structures.create(), structures.create(identifier=EARL_SIRET)

    listed = run(structures, "unconfirmed").output.splitlines()
    said = [run(structures, "confirm", str(structure_id)).output for _ in range(2)]

    assert [line.split("\t")[0] for line in listed] == [str(structure_id), str(other)]
    assert f"SIRET {AIFE_SIRET}" in listed[0]
    assert said == ["confirmed\n", "confirmed already\n"]
    assert read(structures, structure_id)["is_confirmed"] is True
    assert structures.call("PATCH", f"/structures/{structure_id}", json=CLOSED).status_code == 200
    assert len(run(structures, "unconfirmed").output.splitlines()) == 1


def test_an_unknown_structure_is_not_confirmed(structures: StructuresDriver) -> None:
    answer = run(structures, "confirm", "9")

    assert answer.exit_code == 1
    assert "there is no such structure" in answer.output
