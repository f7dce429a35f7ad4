"""Creations, requests and decisions on attachments that race, on PostgreSQL."""

from collections import Counter
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from services.structures.models.attachments import Attachment, AttachmentStatus, Role
from services.structures.models.structures import Structure
from tests.integration.races.racing import ROUNDS, outcomes
from tests.kit.together import together
from tests.services.structures.builders import COLLEAGUE, MANAGER, STRANGER, a_new_structure
from tests.services.structures.driver import StructuresDriver

pytestmark = pytest.mark.containers

OUTCOMES = ("approved", "refused", "cancelled")


def test_of_two_registrations_of_one_identifier_exactly_one_wins(structures: StructuresDriver) -> None:  # S-01, S-08
    for number in range(ROUNDS):
        body = a_foreign_structure(number)
        answers = together(
            partial(structures.call, "POST", "/structures", MANAGER, json=body),
            partial(structures.call, "POST", "/structures", COLLEAGUE, json=body),
        )

        assert outcomes(answers) == {(201, None): 1, (409, "structure_exists"): 1}

    assert structures.events() == ["structures.structure_created.v1"] * ROUNDS
    assert principal_managers(structures) == [1] * ROUNDS


def test_of_racing_requests_of_one_person_one_succeeds(structures: StructuresDriver) -> None:  # S-09
    path = f"/structures/{structures.create(**a_foreign_structure(1))}/attachments"
    for number in range(ROUNDS):
        answers = together(*[partial(structures.call, "POST", path, 100 + number, json={})] * 3)

        assert outcomes(answers) == {(201, None): 1, (409, "attachment_exists"): 2}

    assert structures.events().count("structures.attachment_requested.v1") == ROUNDS


def test_of_an_approval_a_refusal_and_a_withdrawal_at_once_one_counts(structures: StructuresDriver) -> None:  # S-10
    structure_id = a_structure_with_two_managers(structures)
    for number in range(ROUNDS):
        requested = structures.request(structure_id, 100 + number)
        answers = together(
            partial(structures.decide, MANAGER, "APPROVE", requested),
            partial(structures.decide, STRANGER, "REFUSE", requested, reason="No"),
            partial(structures.decide, STRANGER, "APPROVE", requested),
            partial(structures.call, "DELETE", f"/attachments/{requested}", 100 + number),
        )

        assert outcomes(answers)[409, "attachment_not_pending"] == len(answers) - 1

    counts = Counter(structures.events())
    assert sum(counts[f"structures.attachment_{outcome}.v1"] for outcome in OUTCOMES) == ROUNDS + 1


def test_managers_who_decide_on_the_same_attachments_in_opposite_order_do_not_stop_each_other(
    structures: StructuresDriver,
) -> None:  # S-10, S-12
    structure_id = a_structure_with_two_managers(structures)
    for number in range(ROUNDS):
        requested = [structures.request(structure_id, 100 + 8 * number + person) for person in range(8)]
        answers = together(
            partial(structures.decide, MANAGER, "APPROVE", *requested),
            partial(structures.decide, STRANGER, "APPROVE", *requested[::-1]),
        )

        assert outcomes(answers) == {(200, None): 1, (409, "attachment_not_pending"): 1}

    assert principal_managers(structures) == [1]


def test_of_two_principal_managers_made_at_once_the_database_keeps_one(structures: StructuresDriver) -> None:  # S-12
    def make_principal(attachment_id: int) -> bool:
        try:
            with structures.service.database.writing() as session:
                attachment = session.get_one(Attachment, attachment_id)
                attachment.role, attachment.status = Role.PRINCIPAL_MANAGER, AttachmentStatus.APPROVED
        except IntegrityError:
            return False
        return True

    for number in range(ROUNDS):
        structure_id = structures.create(**a_foreign_structure(number))
        candidates = [structures.request(structure_id, account_id) for account_id in (COLLEAGUE, STRANGER)]
        with structures.service.database.writing() as session:
            session.execute(
                update(Attachment).where(Attachment.account_id == MANAGER).values(status=AttachmentStatus.DEACTIVATED)
            )

        assert sorted(together(*(partial(make_principal, one) for one in candidates))) == [False, True]


def a_foreign_structure(number: int) -> dict[str, Any]:
    """The body of a creation, with an identifier that no directory knows."""
    return a_new_structure(identifier_type="HORS_UE", identifier=f"CHFROMAGES {number}", country="CH")


def a_structure_with_two_managers(structures: StructuresDriver) -> int:
    structure_id = structures.create(**a_foreign_structure(1))
    requested = structures.request(structure_id, STRANGER)
    assert structures.decide(MANAGER, "APPROVE", requested).status_code == 200
    with structures.service.database.writing() as session:
        session.get_one(Attachment, requested).role = Role.SECONDARY_MANAGER
    return structure_id


def principal_managers(structures: StructuresDriver) -> list[int]:
    """How many each structure has."""
    in_force = Attachment.role == Role.PRINCIPAL_MANAGER, Attachment.status == AttachmentStatus.APPROVED
    with structures.service.database.reading() as session:
        counts = Counter(session.scalars(select(Attachment.structure_id).where(*in_force)))
        return [counts[number] for number in session.scalars(select(Structure.id))]
