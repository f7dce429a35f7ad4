"""Refusals by the database itself, whatever the code forgets."""

import pytest
from sqlalchemy.exc import IntegrityError

from services.structures.models.attachments import Attachment, AttachmentStatus, Role
from tests.services.structures.builders import COLLEAGUE, MANAGER, STRANGER, an_attachment
from tests.services.structures.driver import StructuresDriver

pytestmark = pytest.mark.both_databases


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
