"""Rules of attachments, on plain objects with no database."""

import pytest

from services.structures.errors.attachments import AttachmentNotPending, AttachmentRequestsClosed
from services.structures.errors.structures import NotAManager
from services.structures.models.attachments import Attachment, AttachmentStatus, Role
from tests.services.structures.builders import COLLEAGUE, MANAGER, a_manager, a_structure, an_attachment

DECIDED = [status for status in AttachmentStatus if status is not AttachmentStatus.PENDING]


def test_whoever_creates_a_structure_is_its_principal_manager() -> None:  # S-08
    attachment = Attachment.of_creator(a_structure(), MANAGER)

    assert (attachment.account_id, attachment.role) == (MANAGER, Role.PRINCIPAL_MANAGER)
    assert attachment.status is AttachmentStatus.APPROVED


def test_a_request_is_pending_and_for_a_plain_user() -> None:  # S-09
    attachment = Attachment.request(a_structure(), COLLEAGUE, "Me too")

    assert (attachment.role, attachment.status) == (Role.USER, AttachmentStatus.PENDING)
    assert attachment.comment == "Me too"


def test_a_structure_that_accepts_no_requests_refuses_them() -> None:  # S-09
    structure = a_structure(accepts_attachment_requests=False)

    with pytest.raises(AttachmentRequestsClosed):
        Attachment.request(structure, COLLEAGUE, "")


@pytest.mark.parametrize("role", [Role.PRINCIPAL_MANAGER, Role.SECONDARY_MANAGER])
def test_a_manager_approves(role: Role) -> None:  # S-10
    attachment = an_attachment()

    attachment.approve(a_manager(role=role))

    assert attachment.status is AttachmentStatus.APPROVED
    assert attachment.decided_by == MANAGER


def test_a_refusal_keeps_its_reason() -> None:  # S-10
    attachment = an_attachment()

    attachment.refuse(a_manager(), "Unknown here")

    assert (attachment.status, attachment.reason) == (AttachmentStatus.REFUSED, "Unknown here")


@pytest.mark.parametrize(
    "stranger",
    [
        a_manager(role=Role.USER),
        a_manager(structure_id=8),
        a_manager(status=AttachmentStatus.PENDING),
        a_manager(status=AttachmentStatus.DEACTIVATED),
    ],
)
def test_nobody_else_decides(stranger: object) -> None:  # S-10
    attachment = an_attachment()

    with pytest.raises(NotAManager):
        attachment.approve(stranger)  # type: ignore[arg-type]

    assert attachment.status is AttachmentStatus.PENDING


@pytest.mark.parametrize("status", DECIDED)
def test_what_was_decided_is_not_decided_again(status: AttachmentStatus) -> None:  # S-10
    attachment = an_attachment(status=status)

    with pytest.raises(AttachmentNotPending):
        attachment.refuse(a_manager(), "Too late")
    with pytest.raises(AttachmentNotPending):
        attachment.approve(a_manager())
    with pytest.raises(AttachmentNotPending):
        attachment.cancel()

    assert (attachment.status, attachment.reason) == (status, None)


def test_a_cancelled_request_is_removed() -> None:  # S-10
    attachment = an_attachment()

    attachment.cancel()

    assert attachment.status is AttachmentStatus.REMOVED
