"""Races between requests at the same moment."""

from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from services.structures.models.attachments import Attachment, AttachmentStatus, Role
from tests.kit.together import together
from tests.services.structures.builders import COLLEAGUE, MANAGER, STRANGER, a_new_structure, an_attachment
from tests.services.structures.driver import StructuresDriver

pytestmark = pytest.mark.both_databases

AT_ONCE = 6


def statuses(*calls: Callable[[], TestResponse]) -> Counter[int]:
    """Count the answers to racing calls by status."""
    return Counter(answer.status_code for answer in together(*calls))


def test_of_racing_creations_one_succeeds_with_one_principal_manager(
    structures: StructuresDriver,
) -> None:  # S-01, S-12
    def create(account_id: int) -> Callable[[], TestResponse]:
        return lambda: structures.call("POST", "/structures", account_id, json=a_new_structure())

    answers = statuses(*(create(account_id) for account_id in range(1, AT_ONCE + 1)))

    assert answers == {201: 1, 409: AT_ONCE - 1}
    ((name, payload),) = structures.service.recorded()
    assert name == "structures.structure_created.v1"
    (attachment,) = structures.attachments(payload["structure_id"], payload["principal_manager_id"])
    assert attachment["role"] == "GESTIONNAIRE_PRINCIPAL"


def test_of_racing_requests_of_one_person_one_succeeds(structures: StructuresDriver) -> None:  # S-09
    structure_id = structures.create()
    path = f"/structures/{structure_id}/attachments"

    answers = statuses(*[lambda: structures.call("POST", path, COLLEAGUE, json={})] * AT_ONCE)

    assert answers == {201: 1, 409: AT_ONCE - 1}
    assert structures.events().count("structures.attachment_requested.v1") == 1


def test_of_racing_decisions_one_counts(structures: StructuresDriver) -> None:  # S-10
    structure_id = structures.create()
    attachment_id = structures.request(structure_id)

    answers = statuses(
        lambda: structures.decide(MANAGER, "APPROVE", attachment_id),
        lambda: structures.decide(MANAGER, "REFUSE", attachment_id, reason="Because"),
        lambda: structures.call("DELETE", f"/attachments/{attachment_id}", COLLEAGUE),
    )

    assert answers[409] == 2
    outcomes = [name for name in structures.events() if "attachment" in name]
    assert len(outcomes) == 2


@pytest.mark.parametrize("role", [Role.PRINCIPAL_MANAGER, Role.USER])
def test_the_database_keeps_a_structure_from_a_second_principal_manager(
    structures: StructuresDriver, role: Role
) -> None:  # S-12
    structure_id = structures.create()
    second = an_attachment(
        id=None, structure_id=structure_id, account_id=STRANGER, role=role, status=AttachmentStatus.APPROVED
    )

    if role is Role.PRINCIPAL_MANAGER:
        with pytest.raises(IntegrityError):
            save(structures, second)
    else:
        save(structures, second)

    principals = [item for item in structures.attachments(structure_id) if item["role"] == Role.PRINCIPAL_MANAGER]
    assert [item["person"]["account_id"] for item in principals] == [MANAGER]


@pytest.mark.parametrize("status", [AttachmentStatus.PENDING, AttachmentStatus.APPROVED])
def test_the_database_keeps_an_account_from_a_second_live_attachment(
    structures: StructuresDriver, status: AttachmentStatus
) -> None:  # S-10
    structure_id = structures.create()
    structures.request(structure_id, COLLEAGUE)

    with pytest.raises(IntegrityError):
        save(structures, an_attachment(id=None, structure_id=structure_id, status=status))

    assert len(structures.attachments(structure_id)) == 2


def save(structures: StructuresDriver, attachment: Attachment) -> None:
    with structures.service.database.writing() as session:
        session.add(attachment)
