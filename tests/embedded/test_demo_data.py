"""`make demo-data` fills a running system as its people would have, and refuses where it cannot."""

import subprocess
import sys
from pathlib import Path

import pytest

from embedded.demo_data.population import COLLEAGUES, PASSWORD, population
from tests.journeys.api import Api
from tests.system import System


def fill(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "embedded.demo_data", "--folder", str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.mark.system
def test_its_accountant_finds_structures_requests_and_espaces_once(system: System) -> None:
    filled = fill(system.layout.folder, "--size=12")
    again = fill(system.layout.folder, "--size=12")

    assert filled.returncode == 0, filled.stderr
    assert (again.returncode, again.stderr) == (1, "The demo's data are there already: `make clean` forgets them.\n")
    api = Api(system.api_url)
    accountant = population(12).accountant
    api.token = api.post("/sessions", {"login_email": accountant.email, "password": PASSWORD})["access_token"]
    structures = [attachment["structure"]["structure_id"] for attachment in api.get("/attachments")["items"]]
    assert len(structures) == 12
    people = [person for number in structures for person in api.get(f"/structures/{number}/attachments")["items"]]
    assert {"VALIDEE", "EN_COURS_DE_VALIDATION"} <= {person["status"] for person in people}
    assert "REMBOURSEMENT_TIC" in {entry["espace"] for entry in api.get("/menu")["items"]}


def test_without_a_running_system_nothing_is_filled(tmp_path: Path) -> None:
    refused = fill(tmp_path)

    assert refused.returncode == 1
    assert "start `make run` first" in refused.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [1, 10, 300, 10_000])
def test_a_population_of_any_size_has_no_two_people_or_structures_alike(size: int) -> None:
    planned = population(size)

    assert len({structure.company.siren for structure in planned.structures}) == size
    assert len({person.email for person in planned.people}) == len(planned.people) <= COLLEAGUES + size
    assert sum(structure.manager is planned.accountant for structure in planned.structures) == min(size, 300)
