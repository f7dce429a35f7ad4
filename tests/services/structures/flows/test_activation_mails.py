"""Managers have the activation mail sent again to the people of their structure (A-06)."""

import pytest

from chassis.ground.problems import Refusal, Unavailable
from services.structures.errors.accounts import AccountAlreadyActive, MailAskedTooSoon
from services.structures.models.attachments import Attachment, AttachmentStatus, Role
from services.structures.models.read_models import AccountStatus, Person
from tests.services.structures.builders import (
    COLLEAGUE,
    EARL_SIRET,
    MANAGER,
    STRANGER,
    ActivationMailsInMemory,
    a_person,
    an_attachment,
)
from tests.services.structures.driver import StructuresDriver, refusal

pytestmark = pytest.mark.both_databases

OTHER_MANAGER = 44


@pytest.fixture
def attachment_id(structures: StructuresDriver) -> int:
    """Return the attachment of the colleague, before the activation of their account."""
    structure_id = structures.create()
    return attached(structures, structure_id, COLLEAGUE, person=a_person())


def attached(structures: StructuresDriver, structure_id: int, account_id: int, **fields: object) -> int:
    """Straight into the database: nobody who cannot sign in can ask to be attached. `person`: what is known of them."""
    person = fields.pop("person", None)
    approved = {"status": AttachmentStatus.APPROVED, "structure_id": structure_id, "account_id": account_id, "id": None}
    attachment = an_attachment(**{**approved, **fields})
    with structures.service.database.writing() as session:
        session.add_all([attachment, *([person] if person else [])])
        session.flush()
        return attachment.id


def become(structures: StructuresDriver, status: AccountStatus) -> None:
    with structures.service.database.writing() as session:
        session.get_one(Person, COLLEAGUE).status = status


def put(structures: StructuresDriver, attachment_id: int, status: AttachmentStatus) -> None:
    with structures.service.database.writing() as session:
        session.get_one(Attachment, attachment_id).status = status


def ask(structures: StructuresDriver, attachment_id: int, account_id: int | None = MANAGER) -> tuple[int, str]:
    """Status and code; no code when it is on its way."""
    answer = structures.call("POST", f"/attachments/{attachment_id}/activation-mail", account_id)
    return (204, "") if answer.status_code == 204 else refusal(answer)


def test_nobody_asks_without_a_token(
    structures: StructuresDriver, activation_mails: ActivationMailsInMemory, attachment_id: int
) -> None:
    assert ask(structures, attachment_id, None) == (401, "unauthenticated")
    assert activation_mails.asked == []


def test_a_service_asks_for_nobody(
    structures: StructuresDriver, activation_mails: ActivationMailsInMemory, attachment_id: int
) -> None:
    headers = structures.service.service_headers("espaces", "feed.read", "activation_mails.ask")

    answer = structures.service.client.post(f"/attachments/{attachment_id}/activation-mail", headers=headers)

    assert refusal(answer) == (403, "forbidden")
    assert activation_mails.asked == []


def test_an_attachment_that_does_not_exist_is_unknown(
    structures: StructuresDriver, activation_mails: ActivationMailsInMemory, attachment_id: int
) -> None:
    assert ask(structures, attachment_id + 1) == (404, "attachment_unknown")
    assert activation_mails.asked == []


@pytest.mark.parametrize("account_id", [STRANGER, COLLEAGUE])
def test_neither_a_stranger_nor_the_person_asks_as_a_manager(
    structures: StructuresDriver, activation_mails: ActivationMailsInMemory, attachment_id: int, account_id: int
) -> None:
    assert ask(structures, attachment_id, account_id) == (404, "attachment_unknown")
    assert activation_mails.asked == []


def test_a_user_of_the_structure_does_not_ask(
    structures: StructuresDriver, activation_mails: ActivationMailsInMemory, attachment_id: int
) -> None:
    attached(structures, 1, STRANGER)

    assert ask(structures, attachment_id, STRANGER) == (404, "attachment_unknown")
    assert activation_mails.asked == []


def test_the_manager_of_another_structure_does_not_ask(
    structures: StructuresDriver, activation_mails: ActivationMailsInMemory, attachment_id: int
) -> None:
    structures.create(OTHER_MANAGER, identifier=EARL_SIRET)

    assert ask(structures, attachment_id, OTHER_MANAGER) == (404, "attachment_unknown")
    assert activation_mails.asked == []


@pytest.mark.parametrize("status", sorted(set(AttachmentStatus) - {AttachmentStatus.APPROVED}))
def test_who_is_no_manager_yet_or_any_more_does_not_ask(
    structures: StructuresDriver,
    activation_mails: ActivationMailsInMemory,
    attachment_id: int,
    status: AttachmentStatus,
) -> None:
    attached(structures, 1, OTHER_MANAGER, role=Role.SECONDARY_MANAGER, status=status)

    assert ask(structures, attachment_id, OTHER_MANAGER) == (404, "attachment_unknown")
    assert activation_mails.asked == []


def test_a_manager_whose_account_is_deactivated_does_not_ask(
    structures: StructuresDriver, activation_mails: ActivationMailsInMemory, attachment_id: int
) -> None:
    deactivated = a_person(account_id=OTHER_MANAGER, status=AccountStatus.DEACTIVATED)
    attached(structures, 1, OTHER_MANAGER, role=Role.SECONDARY_MANAGER, person=deactivated)

    assert ask(structures, attachment_id, OTHER_MANAGER) == (404, "attachment_unknown")
    assert activation_mails.asked == []


@pytest.mark.parametrize("status", [AttachmentStatus.REFUSED, AttachmentStatus.REMOVED, AttachmentStatus.DEACTIVATED])
def test_nothing_is_sent_to_who_is_not_of_the_structure_any_more(
    structures: StructuresDriver,
    activation_mails: ActivationMailsInMemory,
    attachment_id: int,
    status: AttachmentStatus,
) -> None:
    put(structures, attachment_id, status)

    assert ask(structures, attachment_id) == (409, "attachment_not_in_force")
    assert activation_mails.asked == []


@pytest.mark.parametrize("status", sorted(set(AccountStatus) - {AccountStatus.PENDING}))
def test_nothing_is_sent_to_an_account_that_does_not_wait_for_its_activation(
    structures: StructuresDriver, activation_mails: ActivationMailsInMemory, attachment_id: int, status: AccountStatus
) -> None:
    become(structures, status)

    assert ask(structures, attachment_id) == (409, "account_not_pending")
    assert activation_mails.asked == []


def test_nothing_is_sent_to_an_account_that_identity_has_not_told_of(
    structures: StructuresDriver, activation_mails: ActivationMailsInMemory, attachment_id: int
) -> None:
    unheard_of = attached(structures, 1, STRANGER)

    assert ask(structures, unheard_of) == (409, "account_not_pending")
    assert activation_mails.asked == []


@pytest.mark.parametrize(
    ("no", "expected"),
    [
        (AccountAlreadyActive(), (409, "account_already_active")),
        (MailAskedTooSoon("240"), (429, "mail_asked_too_soon")),
        (Unavailable(), (503, "unavailable")),
    ],
)
def test_what_identity_says_no_with_is_passed_on(
    structures: StructuresDriver,
    activation_mails: ActivationMailsInMemory,
    attachment_id: int,
    no: Refusal,
    expected: tuple[int, str],
) -> None:
    activation_mails.refusal = no

    answer = structures.call("POST", f"/attachments/{attachment_id}/activation-mail")

    assert refusal(answer) == expected
    assert answer.headers.get("Retry-After") == no.headers.get("Retry-After")
    assert structures.statuses(1)[attachment_id] == "VALIDEE"


@pytest.mark.parametrize("status", [AttachmentStatus.PENDING, AttachmentStatus.APPROVED])
def test_a_manager_has_the_activation_mail_sent_again(
    structures: StructuresDriver,
    activation_mails: ActivationMailsInMemory,
    attachment_id: int,
    status: AttachmentStatus,
) -> None:
    put(structures, attachment_id, status)
    events = structures.events()

    assert ask(structures, attachment_id) == (204, "")

    assert activation_mails.asked == [(COLLEAGUE, MANAGER)]
    assert structures.events() == events


def test_a_secondary_manager_has_it_sent_too(
    structures: StructuresDriver, activation_mails: ActivationMailsInMemory, attachment_id: int
) -> None:
    attached(structures, 1, OTHER_MANAGER, role=Role.SECONDARY_MANAGER)

    assert ask(structures, attachment_id, OTHER_MANAGER) == (204, "")
    assert activation_mails.asked == [(COLLEAGUE, OTHER_MANAGER)]


def test_managers_see_whose_account_waits_for_its_activation(
    structures: StructuresDriver, attachment_id: int
) -> None:
    statuses = {item["attachment_id"]: item["person"]["status"] for item in structures.attachments(1)}

    assert statuses == {1: None, attachment_id: "EN_ATTENTE_ACTIVATION"}
