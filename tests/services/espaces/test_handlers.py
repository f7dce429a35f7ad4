"""Events about people, structures and attachments, in any order: read models, and the end of rights."""

from dataclasses import replace
from typing import TypeVar

import pytest

from services.espaces.app import SERVICE
from services.espaces.handlers import HANDLERS
from services.espaces.models.openings import Opening, OpeningStatus
from services.espaces.models.read_models import Attachment, Person, Role, Structure, StructureStatus
from tests.kit.support import ServiceUnderTest, contract_example, service_under_test
from tests.services.espaces.driver import BOTH, CENTRE, COLLEAGUE, MANAGER, STRUCTURE, TIC, EspacesDriver, refusal

pytestmark = pytest.mark.both_databases

REGISTERED, ACTIVATED = "identity.account_registered.v1", "identity.account_activated.v1"
CREATED, CHANGED = "structures.structure_created.v1", "structures.structure_changed.v1"
APPROVED = "structures.attachment_approved.v1"
CLOSED, ENDED = "espaces.espace_closed.v1", "espaces.subscription_ended.v1"

Row = TypeVar("Row", Person, Structure, Attachment, Opening)


def apply_again(espaces: EspacesDriver, name: str) -> None:
    """Past the inbox, which would stop the second."""
    again = contract_example(name)
    with espaces.service.database.writing() as session:
        session.info["resources"] = espaces.service.app.extensions["guichet.service"].resources
        HANDLERS[name](session, again)


def find(espaces: EspacesDriver, kind: type[Row], key: int) -> Row:
    with espaces.service.database.reading() as session:
        row = session.get_one(kind, key)
        session.expunge(row)
    return row


@pytest.fixture
def busy(espaces: EspacesDriver) -> EspacesDriver:
    """TIC and ENGAGEMENTS are open; a colleague has one subscription to TIC, waits for another, and for ENGAGEMENTS."""
    espaces.attach()
    espaces.open()
    espaces.open(espace="ENGAGEMENTS", options={})
    first, _ = espaces.requested()
    espaces.decide(MANAGER, "APPROVE", [first])
    espaces.requested(espace="ENGAGEMENTS", permissions=[BOTH[0]])
    return espaces


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_what_was_heard_changes_nothing_when_it_is_heard_again(busy: EspacesDriver, name: str) -> None:
    apply_again(busy, name)
    once = busy.snapshot()

    apply_again(busy, name)

    assert busy.snapshot() == once


def test_an_account_is_a_person_who_is_active_once_activated() -> None:
    with service_under_test(SERVICE) as running:
        espaces = EspacesDriver(running)
        espaces.hear(REGISTERED, account_id=50, last_name="Faure", first_name="Dominique")
        before = find(espaces, Person, 50)

        espaces.hear(ACTIVATED, account_id=50)

        after = find(espaces, Person, 50)
    assert (before.last_name, before.first_name, before.is_active) == ("Faure", "Dominique", False)
    assert (after.last_name, after.is_active) == ("Faure", True)


def test_an_activation_that_comes_first_is_not_lost(espaces: EspacesDriver) -> None:
    espaces.hear(ACTIVATED, account_id=50)

    espaces.hear(REGISTERED, account_id=50, last_name="Faure")

    person = find(espaces, Person, 50)
    assert (person.last_name, person.is_active) == ("Faure", True)


def test_a_structure_comes_with_its_principal_manager(espaces: EspacesDriver) -> None:  # E-04
    structure = find(espaces, Structure, STRUCTURE)
    attachment = find(espaces, Attachment, 11)

    assert (structure.name, structure.status) == ("AGENCE INFORMATIQUE FINANCIERE ETAT", StructureStatus.ACTIVE)
    assert (attachment.account_id, attachment.structure_id) == (MANAGER, STRUCTURE)
    assert attachment.role is Role.PRINCIPAL_MANAGER


@pytest.mark.parametrize("role", sorted(Role))
def test_an_attachment_brings_its_role(espaces: EspacesDriver, role: Role) -> None:
    espaces.attach(role=role.value)

    assert find(espaces, Attachment, 12).role is role


def test_a_change_of_name_is_taken_over_and_ends_nothing(busy: EspacesDriver) -> None:
    before = busy.events()

    busy.hear(CHANGED, name="AIFE", is_centre_de_gestion=False)

    assert busy.menu(MANAGER)[TIC][0]["name"] == "AIFE"
    assert busy.events() == before


def test_a_structure_that_becomes_a_centre_de_gestion_loses_tic_and_nothing_else(busy: EspacesDriver) -> None:  # E-05
    before = len(busy.events())

    busy.hear(CHANGED)

    opening = find(busy, Opening, 1)
    assert (opening.espace, opening.status) == (TIC, OpeningStatus.CLOSED)
    assert (opening.closing_reason, opening.closed_at is None) == ("STRUCTURE_IS_CENTRE_DE_GESTION", False)
    assert find(busy, Opening, 2).status is OpeningStatus.ACTIVE
    assert busy.statuses() == ["SUPPRIME", "SUPPRIME", "EN_COURS_DE_VALIDATION"]
    assert busy.events()[before:] == [CLOSED, ENDED, ENDED]


def test_what_a_centre_de_gestion_loses_is_told_with_reason_and_people(busy: EspacesDriver) -> None:  # E-05
    busy.hear(CHANGED)

    (closed,) = busy.payloads(CLOSED)
    assert (closed["espace"], closed["espace_label"]) == (TIC, "Demande de remboursement TIC")
    assert (closed["reason"], closed["manager_ids"]) == ("STRUCTURE_IS_CENTRE_DE_GESTION", [MANAGER])
    manager, colleague = busy.payloads(ENDED)
    assert (manager["account_id"], colleague["account_id"]) == (MANAGER, COLLEAGUE)
    assert {one["reason"] for one in (manager, colleague)} == {"STRUCTURE_IS_CENTRE_DE_GESTION"}
    assert [one["permission"] for one in colleague["subscriptions"]] == BOTH


def test_the_holder_reads_why_a_subscription_ended(busy: EspacesDriver) -> None:  # E-10, E-12
    busy.hear(CHANGED)

    items = busy.call("GET", "/subscriptions?status=SUPPRIME", COLLEAGUE).get_json()["items"]
    assert [item["reason"] for item in items] == ["STRUCTURE_IS_CENTRE_DE_GESTION"] * 2


def test_a_structure_that_is_deactivated_loses_everything(busy: EspacesDriver) -> None:  # E-12
    busy.hear(CHANGED, status="INACTIF", is_centre_de_gestion=False)

    assert {one["espace"]: one["reason"] for one in busy.payloads(CLOSED)} == {
        TIC: "STRUCTURE_INACTIVE",
        "ENGAGEMENTS": "STRUCTURE_INACTIVE",
    }
    assert {one["reason"] for one in busy.payloads(ENDED)} == {"STRUCTURE_INACTIVE"}
    assert busy.statuses() == ["SUPPRIME"] * 3
    assert busy.menu(MANAGER) == busy.menu(COLLEAGUE) == {}
    assert busy.access() == busy.access(MANAGER, espace="ACTIVITES_GESTIONNAIRE") == "structure_inactive"


def test_a_centre_de_gestion_that_is_deactivated_too_loses_everything_because_of_that(busy: EspacesDriver) -> None:
    # E-05, E-12
    busy.hear(CHANGED, status="INACTIF")

    assert {one["reason"] for one in busy.payloads(CLOSED)} == {"STRUCTURE_INACTIVE"}


def test_what_ended_stays_ended_when_the_structure_is_active_again_and_can_be_opened_anew(busy: EspacesDriver) -> None:
    # E-03, E-12
    busy.hear(CHANGED, status="INACTIF", is_centre_de_gestion=False)

    busy.hear(CHANGED, is_centre_de_gestion=False)

    assert list(busy.menu(MANAGER)) == ["ACTIVITES_GESTIONNAIRE"]
    assert busy.access() == "espace_not_open"
    assert busy.open().status_code == 201
    assert busy.request().status_code == 201


def test_only_the_structure_that_changed_loses_something(espaces: EspacesDriver) -> None:  # E-05
    espaces.hear(CREATED, structure_id=CENTRE, attachment_id=13)
    espaces.open()
    espaces.open(structure_id=CENTRE)

    espaces.hear(CHANGED, structure_id=CENTRE)

    assert [where["structure_id"] for where in espaces.menu(MANAGER)[TIC]] == [STRUCTURE]
    assert [one["structure_id"] for one in espaces.payloads(CLOSED)] == [CENTRE]


def test_a_creation_that_is_heard_after_a_change_does_not_undo_it_and_brings_the_manager(
    espaces: EspacesDriver,
) -> None:  # E-05, E-12
    espaces.hear(CHANGED, structure_id=9)

    espaces.hear(CREATED, structure_id=9, attachment_id=19)

    assert refusal(espaces.open(structure_id=9)) == (409, "espace_not_available")
    assert espaces.open(structure_id=9, espace="ENGAGEMENTS", options={}).status_code == 201


def test_people_and_structures_may_be_heard_of_in_any_order() -> None:
    with service_under_test(SERVICE) as running:
        structures_first = heard(running, CREATED, APPROVED, REGISTERED, ACTIVATED)
    with service_under_test(SERVICE) as running:
        people_first = heard(running, REGISTERED, ACTIVATED, CREATED, APPROVED)

    assert structures_first == people_first


def heard(running: ServiceUnderTest, *names: str) -> dict[str, object]:
    """Return the read models after these events; each producer counts its own."""
    positions: dict[str, int] = {}
    for name in names:
        producer = name.partition(".")[0]
        positions[producer] = positions.get(producer, 0) + 1
        running.inbox.receive([contract_example(name, position=positions[producer])])
    with running.database.reading() as session:
        person, structure = session.get_one(Person, MANAGER), session.get_one(Structure, STRUCTURE)
        attachments = [session.get_one(Attachment, number).role for number in (11, 12)]
        return {"active": person.is_active, "name": structure.name, "attachments": attachments}


def test_an_event_delivered_twice_is_applied_once(busy: EspacesDriver) -> None:  # E-05
    change = contract_example(CHANGED, position=3)

    busy.service.inbox.receive([change, change])

    assert len(busy.payloads(CLOSED)) == 1
    assert busy.service.inbox.position("structures") == 3


def test_a_structure_that_the_directory_has_not_confirmed_opens_no_espace_until_it_does(
    espaces: EspacesDriver,
) -> None:  # S-05, E-03
    espaces.hear(CHANGED, awaits_verification=True, is_centre_de_gestion=False)

    refused = espaces.open()
    offered = espaces.call("GET", f"/structures/{STRUCTURE}/espaces").get_json()["items"]
    espaces.hear("structures.structure_verified.v1")
    opened = espaces.open()

    assert refusal(refused) == (409, "structure_unverified")
    assert {item["unavailable_code"] for item in offered if not item["for_managers"]} == {"structure_unverified"}
    assert opened.status_code == 201


def test_what_was_open_before_a_structure_waits_stays_open(espaces: EspacesDriver) -> None:
    espaces.open()
    espaces.hear(CHANGED, awaits_verification=True, is_centre_de_gestion=False)

    assert espaces.service.recorded()[-1][0] != CLOSED


def test_an_event_of_before_there_was_a_word_of_the_directory_leaves_espaces_free(espaces: EspacesDriver) -> None:
    example = contract_example(CHANGED, position=2)
    without = {name: value for name, value in example.payload.items() if name != "awaits_verification"}
    espaces.service.inbox.receive([replace(example, payload=without)])

    assert find(espaces, Structure, STRUCTURE).awaits_verification is False
