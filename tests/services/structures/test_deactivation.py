"""Deactivated accounts, and the structures they work for."""

from typing import Any

import pytest

from services.structures.handlers import HANDLERS
from tests.kit.support import contract_example
from tests.services.structures.builders import COLLEAGUE, MANAGER, STRANGER
from tests.services.structures.driver import StructuresDriver, refusal

pytestmark = pytest.mark.both_databases

DEACTIVATED, REACTIVATED = "identity.account_deactivated.v1", "identity.account_reactivated.v1"


def hear(structures: StructuresDriver, name: str, account_id: int) -> None:
    """Twice, past the inbox, which would stop the second."""
    for _ in range(2):
        with structures.service.database.writing() as session:
            HANDLERS[name](session, contract_example(name, account_id=account_id))


def person(structures: StructuresDriver, structure_id: int, account_id: int) -> dict[str, Any]:
    """Return the person as the managers see them."""
    (member,) = (
        one["person"] for one in structures.attachments(structure_id) if one["person"]["account_id"] == account_id
    )
    return dict(member)


def test_managers_see_who_is_not_active_any_more(structures: StructuresDriver) -> None:  # A-12, S-10
    structure_id = structures.create()
    structures.request(structure_id, COLLEAGUE)
    for name in ("identity.account_registered.v1", "identity.account_activated.v1", DEACTIVATED):
        hear(structures, name, COLLEAGUE)

    deactivated = person(structures, structure_id, COLLEAGUE)["status"]
    hear(structures, REACTIVATED, COLLEAGUE)

    assert deactivated == "DESACTIVE"
    assert person(structures, structure_id, COLLEAGUE)["status"] == "ACTIF"


def test_managers_see_a_person_under_their_new_name(structures: StructuresDriver) -> None:
    structure_id = structures.create()
    hear(structures, "identity.account_registered.v1", MANAGER)

    hear(structures, "identity.account_changed.v1", MANAGER)
    hear(structures, "identity.account_registered.v1", MANAGER)

    assert person(structures, structure_id, MANAGER)["last_name"] == "Moreau-Petit"


def test_a_structure_whose_only_manager_is_deactivated_keeps_its_requests_and_its_principal_manager(
    structures: StructuresDriver,
) -> None:  # S-12
    structure_id = structures.create()
    hear(structures, DEACTIVATED, MANAGER)

    requested = structures.request(structure_id, COLLEAGUE)

    assert structures.call("GET", f"/structures/{structure_id}", COLLEAGUE).status_code == 200
    hear(structures, REACTIVATED, MANAGER)
    assert [one["role"] for one in structures.attachments(structure_id)] == ["GESTIONNAIRE_PRINCIPAL", "UTILISATEUR"]
    assert structures.decide(MANAGER, "APPROVE", requested).status_code == 200


def test_a_deactivated_manager_with_a_token_that_is_still_good_decides_nothing(structures: StructuresDriver) -> None:
    # E-11, S-10
    structure_id = structures.create()
    requested = structures.request(structure_id, COLLEAGUE)
    hear(structures, DEACTIVATED, MANAGER)
    events = structures.events()

    answers = [
        structures.decide(MANAGER, "APPROVE", requested),
        structures.call("GET", f"/structures/{structure_id}/attachments"),
        structures.call("PATCH", f"/structures/{structure_id}", json={"name": "Mine"}),
    ]

    assert [refusal(answer) for answer in answers] == [
        (404, "attachment_unknown"),
        (403, "not_a_manager"),
        (403, "not_a_manager"),
    ]
    assert structures.events() == events


def test_the_other_managers_go_on(structures: StructuresDriver) -> None:  # S-10
    structure_id = structures.create()
    requested = structures.request(structure_id, COLLEAGUE)

    hear(structures, DEACTIVATED, STRANGER)

    assert structures.decide(MANAGER, "APPROVE", requested).status_code == 200


def test_the_request_of_a_deactivated_account_is_shown_so_and_not_approved(structures: StructuresDriver) -> None:
    # S-10
    structure_id = structures.create()
    others, requested = structures.request(structure_id, STRANGER), structures.request(structure_id, COLLEAGUE)
    hear(structures, "identity.account_registered.v1", COLLEAGUE)
    hear(structures, DEACTIVATED, COLLEAGUE)
    events = structures.events()

    answer = structures.decide(MANAGER, "APPROVE", others, requested)

    assert refusal(answer) == (409, "requester_deactivated")
    assert person(structures, structure_id, COLLEAGUE)["status"] == "DESACTIVE"
    assert structures.events() == events
    hear(structures, REACTIVATED, COLLEAGUE)
    assert structures.decide(MANAGER, "APPROVE", others, requested).status_code == 200


def test_the_request_of_a_deactivated_account_can_be_refused(structures: StructuresDriver) -> None:  # S-10
    requested = structures.request(structures.create(), COLLEAGUE)
    hear(structures, "identity.account_registered.v1", COLLEAGUE)
    hear(structures, DEACTIVATED, COLLEAGUE)

    assert structures.decide(MANAGER, "REFUSE", requested, reason="No longer here").status_code == 200
