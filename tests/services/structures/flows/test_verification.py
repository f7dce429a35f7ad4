"""What the directory's silence leaves open: it is asked again, by one share of its quota for all, until it answers."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result

from chassis.ground.clock import now
from services.structures.app import SERVICE
from services.structures.commands.unverified import unverified
from services.structures.errors.directory import DirectoryUnavailable
from services.structures.flows.verifier import Verifier
from services.structures.resources import Resources
from services.structures.use_cases.shared_directory import ANSWER_LIFETIME, Quota, SharedDirectory
from tests.kit.databases import address
from tests.kit.support import service_under_test
from tests.services.structures.builders import (
    AIFE_SIRET,
    EARL_SIRET,
    URSSAF_SIRET,
    ActivationMailsInMemory,
    DirectoryInMemory,
    an_establishment,
)
from tests.services.structures.driver import StructuresDriver

pytestmark = pytest.mark.both_databases

LOOK_UP = "/directory/establishments/{}"
UNKNOWN = "35600000000048"
VERIFIED = "structures.structure_verified.v1"


@pytest.fixture
def sharing(directory: DirectoryInMemory, activation_mails: ActivationMailsInMemory) -> Iterator[StructuresDriver]:
    """Three calls a minute, of which two are for look-ups."""
    resources = Resources(directory, False, activation_mails, Quota(3))
    service = dataclasses.replace(SERVICE, resources=lambda _: resources)
    with service_under_test(service, directory="stock", directory_index=Path("unused")) as running:
        yield StructuresDriver(running)


def look_up(structures: StructuresDriver, siret: str) -> int:
    return structures.call("GET", LOOK_UP.format(siret)).status_code


def verifier(structures: StructuresDriver, directory: DirectoryInMemory, *, admit_unknown: bool = False) -> Verifier:
    return Verifier(structures.service.database, directory, admit_unknown=admit_unknown)


def is_awaited(structures: StructuresDriver, structure_id: int) -> bool:
    awaited: bool = structures.call("GET", f"/structures/{structure_id}").get_json()["awaits_verification"]
    return awaited


def run(structures: StructuresDriver, *words: str) -> Result:
    return CliRunner().invoke(unverified, words, env={"GUICHET_DATABASE_URL": address(structures.service.database)})


@pytest.mark.parametrize("siret", [AIFE_SIRET, UNKNOWN, URSSAF_SIRET])
def test_one_siret_is_one_call(sharing: StructuresDriver, directory: DirectoryInMemory, siret: str) -> None:  # S-05
    look_up(sharing, siret)
    look_up(sharing, siret)

    assert directory.asked == [siret]


def test_the_form_that_a_look_up_filled_costs_no_second_call(
    sharing: StructuresDriver, directory: DirectoryInMemory
) -> None:  # S-05
    look_up(sharing, AIFE_SIRET)
    structure_id = sharing.create()

    assert directory.asked == [AIFE_SIRET]
    assert sharing.call("GET", f"/structures/{structure_id}").get_json()["verified"] is True


def test_a_silence_is_no_answer_to_keep(sharing: StructuresDriver, directory: DirectoryInMemory) -> None:
    directory.is_available = False
    assert look_up(sharing, AIFE_SIRET) == 503
    directory.is_available = True

    assert look_up(sharing, AIFE_SIRET) == 200


def test_an_answer_is_kept_for_minutes_and_no_longer(sharing: StructuresDriver, directory: DirectoryInMemory) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        look_up(sharing, AIFE_SIRET)
        clock.shift(ANSWER_LIFETIME)
        look_up(sharing, AIFE_SIRET)

    assert directory.asked == [AIFE_SIRET, AIFE_SIRET]


def test_who_looks_up_much_leaves_a_reserve_to_creations(
    sharing: StructuresDriver, directory: DirectoryInMemory
) -> None:  # S-05
    with time_machine.travel(now(), tick=False):
        found = [look_up(sharing, siret) for siret in (UNKNOWN, URSSAF_SIRET, EARL_SIRET)]
        created = sharing.create()

    assert found == [404, 409, 503]
    assert directory.asked == [UNKNOWN, URSSAF_SIRET, AIFE_SIRET]
    assert not is_awaited(sharing, created)


def test_beyond_the_quota_a_structure_waits_to_be_verified(
    sharing: StructuresDriver, directory: DirectoryInMemory
) -> None:  # S-05
    with time_machine.travel(now(), tick=False) as clock:
        for siret in (UNKNOWN, URSSAF_SIRET):
            look_up(sharing, siret)
        sharing.create(identifier=EARL_SIRET)
        waiting = sharing.create()
        clock.shift(timedelta(minutes=1))
        assert is_awaited(sharing, waiting)
        shared = SharedDirectory(directory, sharing.service.database, Quota(3))
        assert Verifier(sharing.service.database, shared, admit_unknown=False).run_once()

    assert not is_awaited(sharing, waiting)


def test_an_endless_directory_is_asked_by_all_processes_together(
    sharing: StructuresDriver, directory: DirectoryInMemory
) -> None:
    processes = [SharedDirectory(directory, sharing.service.database, Quota(3), is_creation=True) for _ in range(4)]
    with time_machine.travel(now(), tick=False), pytest.raises(DirectoryUnavailable):
        for number, process in enumerate(processes):
            process.find(f"{number:014}")

    assert len(directory.asked) == 3


def test_what_the_directory_was_silent_about_is_verified_by_itself(
    structures: StructuresDriver, directory: DirectoryInMemory
) -> None:  # S-05
    directory.is_available = False
    structure_id = structures.create()
    loop = verifier(structures, directory)
    assert not loop.run_once()
    assert is_awaited(structures, structure_id)
    directory.known[AIFE_SIRET] = an_establishment(is_hidden=True)
    directory.is_available = True

    assert loop.run_once()
    assert not loop.run_once()

    structure = structures.call("GET", f"/structures/{structure_id}").get_json()
    assert (structure["verified"], structure["awaits_verification"]) == (True, False)
    assert (structure["is_public"], structure["is_hidden"]) == (True, True)
    assert structures.events().count(VERIFIED) == 1


@pytest.mark.parametrize("siret", [UNKNOWN, URSSAF_SIRET], ids=["unknown", "closed"])
def test_what_the_directory_does_not_know_goes_on_waiting_and_is_looked_up_once_a_day(
    structures: StructuresDriver, directory: DirectoryInMemory, siret: str
) -> None:  # S-05
    directory.is_available = False
    structure_id = structures.create(identifier=siret)
    directory.is_available = True
    loop = verifier(structures, directory)

    with time_machine.travel(now(), tick=False) as clock:
        worked = [loop.run_once(), loop.run_once()]
        clock.shift(timedelta(days=1))
        worked.append(loop.run_once())

    assert worked == [True, False, True]
    assert is_awaited(structures, structure_id)
    assert VERIFIED not in structures.events()


def test_one_that_stays_unknown_does_not_keep_others_waiting(
    structures: StructuresDriver, directory: DirectoryInMemory
) -> None:
    directory.is_available = False
    unknown, known = structures.create(identifier=UNKNOWN), structures.create()
    directory.is_available = True
    loop = verifier(structures, directory)

    while loop.run_once():
        pass

    assert (is_awaited(structures, unknown), is_awaited(structures, known)) == (True, False)


def test_in_a_sandbox_nothing_waits_for_what_does_not_exist(
    structures: StructuresDriver, directory: DirectoryInMemory
) -> None:  # S-06
    directory.is_available = False
    structure_id = structures.create(identifier=UNKNOWN)
    directory.is_available = True

    verifier(structures, directory, admit_unknown=True).run_once()

    assert not is_awaited(structures, structure_id)


@pytest.mark.parametrize(
    ("kind", "identifier"), [("RIDET", "0123456001"), ("UE_HORS_FRANCE", "LU20260743"), ("AUTRE", "ABC-1")]
)
def test_what_the_directory_knows_nothing_of_waits_for_nothing(
    structures: StructuresDriver, directory: DirectoryInMemory, kind: str, identifier: str
) -> None:
    directory.is_available = False
    country = {"UE_HORS_FRANCE": "LU", "RIDET": "NC"}.get(kind, "FR")

    structure_id = structures.create(identifier_type=kind, identifier=identifier, country=country)

    assert not is_awaited(structures, structure_id)


def test_an_operator_lists_and_confirms_by_their_own_word(
    structures: StructuresDriver, directory: DirectoryInMemory
) -> None:  # S-05
    directory.is_available = False
    structure_id = structures.create()

    assert f"{structure_id}\tSIRET {AIFE_SIRET}" in run(structures, "list").output
    assert run(structures, "confirm", str(structure_id)).output == "confirmed\n"
    assert run(structures, "confirm", str(structure_id)).output == "it did not wait for anything\n"

    assert run(structures, "list").output == ""
    structure = structures.call("GET", f"/structures/{structure_id}").get_json()
    assert (structure["verified"], structure["is_public"], structure["awaits_verification"]) == (False, False, False)
    assert structures.events().count(VERIFIED) == 1


def test_an_unknown_structure_is_not_confirmed(structures: StructuresDriver) -> None:
    answer = run(structures, "confirm", "9")

    assert answer.exit_code == 1
    assert "there is no such structure" in answer.output
