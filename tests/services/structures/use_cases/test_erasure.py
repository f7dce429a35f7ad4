"""Erasure of an account in structures: attachments end, texts are emptied (A-15)."""

from typing import Any

import pytest

from services.structures.errors.attachments import AttachmentNotInForce
from services.structures.errors.structures import NotAManager
from services.structures.handlers import HANDLERS
from services.structures.models.attachments import Attachment, AttachmentStatus, Role
from services.structures.models.read_models import AccountStatus, Person
from tests.kit.databases import everything_in
from tests.kit.support import contract_example
from tests.services.structures.builders import (
    COLLEAGUE,
    EARL_SIRET,
    MANAGER,
    a_manager,
    a_new_structure,
    an_attachment,
)
from tests.services.structures.driver import StructuresDriver, refusal

pytestmark = pytest.mark.both_databases

OTHER = 77
WORDS = "Zébulon Quidam m'envoie."
REGISTERED, ACTIVATED, ERASED = (f"identity.account_{what}.v1" for what in ("registered", "activated", "erased"))
DEACTIVATED, CHANGED = "identity.account_deactivated.v1", "identity.account_changed.v1"
PERSONAL = ("Moreau", "Camille", "camille.moreau@exemple.fr")


def hear(structures: StructuresDriver, name: str, position: int, **facts: Any) -> None:
    structures.service.inbox.receive([contract_example(name, position=position, **facts)])


@pytest.fixture
def structure_id(structures: StructuresDriver) -> int:
    """Return the structure of the manager, whose name has arrived."""
    hear(structures, REGISTERED, 1, account_id=MANAGER)
    hear(structures, ACTIVATED, 2, account_id=MANAGER)
    return structures.create()


def erase(structures: StructuresDriver, account_id: int = MANAGER, position: int = 3) -> None:
    hear(structures, ERASED, position, account_id=account_id)


def with_second_manager(structures: StructuresDriver, structure_id: int, account_id: int = OTHER) -> int:
    """Attached as a secondary manager; the number of the attachment."""
    attachment_id = structures.request(structure_id, account_id)
    structures.decide(MANAGER, "APPROVE", attachment_id)
    with structures.service.database.writing() as session:
        session.get_one(Attachment, attachment_id).role = Role.SECONDARY_MANAGER
    return attachment_id


def payloads(structures: StructuresDriver, name: str) -> list[dict[str, Any]]:
    return [payload for recorded, payload in structures.service.recorded() if recorded == name]


def roles(structures: StructuresDriver, structure_id: int, account_id: int) -> dict[int, tuple[str, str]]:
    seen = structures.attachments(structure_id, account_id)
    return {each["person"]["account_id"]: (each["role"], each["status"]) for each in seen}


def obstacles(structures: StructuresDriver, account_id: int = MANAGER) -> list[int]:
    answer = structures.call("GET", "/personal-data/obstacles", account_id)
    return [each["structure_id"] for each in answer.get_json()["items"]]


def test_an_attachment_that_is_not_in_force_does_not_end() -> None:
    attachment = an_attachment(status=AttachmentStatus.REFUSED)

    with pytest.raises(AttachmentNotInForce):
        attachment.end()

    assert attachment.status is AttachmentStatus.REFUSED


def test_only_a_manager_takes_over() -> None:  # S-12
    attachment = an_attachment(role=Role.USER, status=AttachmentStatus.APPROVED)

    with pytest.raises(NotAManager):
        attachment.take_over()


def test_a_secondary_manager_takes_over() -> None:  # S-12
    attachment = a_manager(role=Role.SECONDARY_MANAGER)

    attachment.take_over()

    assert attachment.role is Role.PRINCIPAL_MANAGER


def test_who_manages_an_active_structure_alone_is_told_which(structures: StructuresDriver, structure_id: int) -> None:
    assert obstacles(structures) == [structure_id]
    assert obstacles(structures, COLLEAGUE) == []


def test_a_request_and_a_plain_user_do_not_make_two_managers(structures: StructuresDriver, structure_id: int) -> None:
    structures.request(structure_id, COLLEAGUE)
    structures.decide(MANAGER, "APPROVE", structures.request(structure_id, OTHER))

    assert obstacles(structures) == [structure_id]
    assert obstacles(structures, OTHER) == []


def test_with_another_manager_nothing_stands_in_the_way(structures: StructuresDriver, structure_id: int) -> None:
    with_second_manager(structures, structure_id)

    assert obstacles(structures) == []


def test_a_manager_who_cannot_sign_in_does_not_count_and_does_not_take_over(
    structures: StructuresDriver, structure_id: int
) -> None:
    with_second_manager(structures, structure_id)
    hear(structures, DEACTIVATED, 3, account_id=OTHER)

    assert obstacles(structures) == [structure_id]
    erase(structures, position=4)
    assert payloads(structures, "structures.role_given.v1") == []


def test_an_inactive_structure_does_not_stand_in_the_way(structures: StructuresDriver, structure_id: int) -> None:
    structures.call("PATCH", f"/structures/{structure_id}", json={"status": "INACTIF"})

    assert obstacles(structures) == []


def test_nothing_is_left_of_the_person_in_any_row(structures: StructuresDriver, structure_id: int) -> None:
    theirs = structures.create(COLLEAGUE, identifier=EARL_SIRET, name="EARL DES TROIS CHENES")
    refused = structures.request(theirs, MANAGER, comment=f"{WORDS} (1)")
    structures.decide(COLLEAGUE, "REFUSE", refused, reason=f"{WORDS} (2)")
    structures.request(theirs, MANAGER, comment=f"{WORDS} (3)")
    structures.decide(
        MANAGER, "REFUSE", structures.request(structure_id, OTHER, comment="Other's"), reason=f"{WORDS} (4)"
    )
    before = everything_in(structures.service.database)
    assert [text for text in PERSONAL if text not in before] == []
    assert before.count(WORDS) == 8  # each in a row and in an event

    erase(structures)

    after = everything_in(structures.service.database)
    assert [text for text in (*PERSONAL, WORDS) if text in after] == []
    assert "Other's" in after


def test_attachments_end_and_requests_are_cancelled(structures: StructuresDriver, structure_id: int) -> None:
    theirs = structures.create(COLLEAGUE, identifier=EARL_SIRET, name="EARL DES TROIS CHENES")
    pending = structures.request(theirs, MANAGER)

    erase(structures)

    assert [event["attachment_id"] for event in payloads(structures, "structures.attachment_cancelled.v1")] == [pending]
    (ended,) = payloads(structures, "structures.attachment_ended.v1")
    assert (ended["structure_id"], ended["account_id"], ended["reason"]) == (structure_id, MANAGER, "ACCOUNT_ERASED")
    assert roles(structures, theirs, COLLEAGUE)[MANAGER] == ("UTILISATEUR", "SUPPRIMEE")
    assert refusal(structures.call("PATCH", f"/structures/{structure_id}", json={"label": "x"})) == (
        403,
        "not_a_manager",
    )


def test_the_manager_attached_first_takes_over(structures: StructuresDriver, structure_id: int) -> None:  # S-12
    first = with_second_manager(structures, structure_id, OTHER)
    with_second_manager(structures, structure_id, COLLEAGUE)

    erase(structures)

    assert roles(structures, structure_id, OTHER) == {
        MANAGER: ("GESTIONNAIRE_PRINCIPAL", "SUPPRIMEE"),
        OTHER: ("GESTIONNAIRE_PRINCIPAL", "VALIDEE"),
        COLLEAGUE: ("GESTIONNAIRE_SECONDAIRE", "VALIDEE"),
    }
    (outcome,) = payloads(structures, "structures.role_given.v1")
    assert (outcome["attachment_id"], outcome["account_id"], outcome["role"]) == (
        first,
        OTHER,
        "GESTIONNAIRE_PRINCIPAL",
    )


def test_a_structure_that_a_race_left_to_nobody_stays_and_nothing_is_parked(
    structures: StructuresDriver, structure_id: int
) -> None:
    erase(structures)

    assert structures.call("GET", f"/structures/{structure_id}", COLLEAGUE).get_json()["status"] == "ACTIF"
    assert payloads(structures, "structures.role_given.v1") == []
    assert structures.service.inbox.position("identity") == 3


def test_erased_twice_ends_once(structures: StructuresDriver, structure_id: int) -> None:
    erase(structures)
    before = everything_in(structures.service.database)

    with structures.service.database.writing() as session:
        HANDLERS[ERASED](session, contract_example(ERASED, account_id=MANAGER))

    assert everything_in(structures.service.database) == before


@pytest.mark.parametrize("late", [REGISTERED, ACTIVATED, DEACTIVATED, CHANGED])
def test_what_comes_late_brings_nobody_back(structures: StructuresDriver, structure_id: int, late: str) -> None:
    erase(structures)

    hear(structures, late, 4, account_id=MANAGER)

    with structures.service.database.reading() as session:
        person = session.get_one(Person, MANAGER)
    assert (person.last_name, person.login_email, person.status) == (None, None, AccountStatus.ERASED)


def test_a_token_that_outlives_its_account_writes_nothing_down(structures: StructuresDriver, structure_id: int) -> None:
    erase(structures)
    before = everything_in(structures.service.database)

    answer = structures.call("POST", f"/structures/{structure_id}/attachments", json={"comment": WORDS})
    created = structures.call("POST", "/structures", json=a_new_structure(identifier=EARL_SIRET))

    assert refusal(answer) == (403, "account_erased")
    assert refusal(created) == (403, "account_erased")
    assert everything_in(structures.service.database) == before


def test_the_copy_of_ones_data_has_own_words_and_nobody_elses(structures: StructuresDriver, structure_id: int) -> None:
    theirs = structures.create(COLLEAGUE, identifier=EARL_SIRET, name="EARL DES TROIS CHENES")
    structures.request(theirs, MANAGER, comment=WORDS)
    decided = structures.request(structure_id, OTHER, comment="Other's words")
    structures.decide(MANAGER, "REFUSE", decided, reason="Not now")

    answer = structures.call("GET", "/personal-data")

    copy = answer.get_json()
    assert copy["person"]["login_email"] == "camille.moreau@exemple.fr"
    assert [each["comment"] for each in copy["attachments"]] == ["", WORDS]
    (own_decision,) = copy["decided_attachments"]
    assert (own_decision["attachment_id"], own_decision["reason"]) == (decided, "Not now")
    assert "Other's words" not in answer.get_data(as_text=True)
    assert "account_id" not in str(copy["decided_attachments"])


def test_a_stranger_and_a_service_get_no_copy(structures: StructuresDriver) -> None:
    for path in ("/personal-data", "/personal-data/obstacles"):
        assert refusal(structures.call("GET", path, None)) == (401, "unauthenticated")
        headers = structures.service.service_headers("espaces", "feed.read")
        assert refusal(structures.service.client.get(path, headers=headers)) == (403, "forbidden")
