"""Requests for attachment and the decisions on them, over HTTP."""

from typing import Any

import pytest

from services.structures.use_cases import confirmation
from tests.kit.support import contract_example
from tests.services.structures.builders import (
    AIFE_SIRET,
    COLLEAGUE,
    EARL_SIRET,
    MANAGER,
    STRANGER,
    a_new_structure,
)
from tests.services.structures.driver import StructuresDriver, faults, refusal

pytestmark = pytest.mark.both_databases

REQUESTED, APPROVED = "structures.attachment_requested.v1", "structures.attachment_approved.v1"
REFUSED, CANCELLED = "structures.attachment_refused.v1", "structures.attachment_cancelled.v1"


def test_anyone_asks_to_be_attached(structures: StructuresDriver) -> None:  # S-09
    structure_id = structures.create()

    answer = structures.call("POST", f"/structures/{structure_id}/attachments", COLLEAGUE, json={"comment": "Me\ntoo"})

    attachment = answer.get_json()
    assert answer.status_code == 201
    assert (attachment["role"], attachment["status"]) == ("UTILISATEUR", "EN_COURS_DE_VALIDATION")
    assert attachment["structure"] == {
        "structure_id": structure_id,
        "identifier_type": "SIRET",
        "identifier": AIFE_SIRET,
        "name": "AGENCE INFORMATIQUE FINANCIERE ETAT",
        "verified": True,
    }
    assert structures.service.recorded()[-1] == (
        REQUESTED,
        {
            "attachment_id": attachment["attachment_id"],
            "structure_id": structure_id,
            "structure_name": "AGENCE INFORMATIQUE FINANCIERE ETAT",
            "account_id": COLLEAGUE,
            "comment": "Me\ntoo",
            "manager_ids": [MANAGER],
        },
    )


def test_a_comment_is_optional(structures: StructuresDriver) -> None:  # S-09
    structure_id = structures.create()

    structures.call("POST", f"/structures/{structure_id}/attachments", COLLEAGUE, json={})

    assert structures.attachments(structure_id)[1]["comment"] == ""


def test_no_request_where_requests_are_closed(structures: StructuresDriver) -> None:  # S-09
    structure_id = structures.create()
    with structures.service.database.writing() as session:
        confirmation.confirm(session, structure_id)
    structures.call("PATCH", f"/structures/{structure_id}", json={"accepts_attachment_requests": False})

    answer = structures.call("POST", f"/structures/{structure_id}/attachments", COLLEAGUE, json={})

    assert refusal(answer) == (409, "attachment_requests_closed")
    assert len(structures.attachments(structure_id)) == 1


@pytest.mark.parametrize("account_id", [MANAGER, COLLEAGUE])
def test_nobody_asks_for_what_they_have_or_have_asked_for(
    structures: StructuresDriver, account_id: int
) -> None:  # S-09
    structure_id = structures.create()
    structures.request(structure_id, COLLEAGUE)

    answer = structures.call("POST", f"/structures/{structure_id}/attachments", account_id, json={})

    assert refusal(answer) == (409, "attachment_exists")
    assert structures.events().count(REQUESTED) == 1


def test_no_request_to_a_structure_that_does_not_exist(structures: StructuresDriver) -> None:
    assert refusal(structures.call("POST", "/structures/7/attachments", json={})) == (404, "structure_unknown")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"comment": "x" * 1001}, {"comment": "too_long"}),
        ({"comment": 5}, {"comment": "invalid"}),
        ({"role": "GESTIONNAIRE_PRINCIPAL"}, {"role": "unknown_field"}),
    ],
)
def test_a_bad_request_is_refused(structures: StructuresDriver, body: dict[str, Any], expected: dict[str, str]) -> None:
    structure_id = structures.create()

    answer = structures.call("POST", f"/structures/{structure_id}/attachments", COLLEAGUE, json=body)

    assert (answer.status_code, faults(answer)) == (422, expected)
    assert len(structures.attachments(structure_id)) == 1


def test_a_manager_approves_many_at_once(structures: StructuresDriver) -> None:  # S-10
    first, second = structures.create(), structures.create(identifier=EARL_SIRET)
    requests = [structures.request(first), structures.request(second), structures.request(first, STRANGER)]

    answer = structures.decide(MANAGER, "APPROVE", *requests)

    assert answer.status_code == 200
    assert {item["attachment_id"]: item["status"] for item in answer.get_json()["items"]} == dict.fromkeys(
        requests, "VALIDEE"
    )
    approved = [payload for name, payload in structures.service.recorded() if name == APPROVED]
    assert [payload["attachment_id"] for payload in approved] == requests
    assert {(payload["role"], payload["approved_by"]) for payload in approved} == {("UTILISATEUR", MANAGER)}


def test_a_refusal_tells_its_reason(structures: StructuresDriver) -> None:  # S-10
    structure_id = structures.create()
    attachment_id = structures.request(structure_id)

    structures.decide(MANAGER, "REFUSE", attachment_id, reason="Unknown here")

    (mine,) = structures.call("GET", "/attachments", COLLEAGUE).get_json()["items"]
    assert (mine["status"], mine["reason"]) == ("REFUSEE", "Unknown here")
    name, payload = structures.service.recorded()[-1]
    assert (name, payload["reason"], payload["refused_by"]) == (REFUSED, "Unknown here", MANAGER)


def test_after_a_refusal_one_asks_again(structures: StructuresDriver) -> None:  # S-10
    structure_id = structures.create()
    refused = structures.request(structure_id)
    structures.decide(MANAGER, "REFUSE", refused, reason="Not yet")

    again = structures.request(structure_id)

    assert structures.decide(MANAGER, "APPROVE", again).status_code == 200
    assert structures.statuses(structure_id) | {} == {1: "VALIDEE", refused: "REFUSEE", again: "VALIDEE"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"decision": "REFUSE"}, {"reason": "required"}),
        ({"decision": "REFUSE", "reason": "  "}, {"reason": "required"}),
        ({"decision": "REFUSE", "reason": "x" * 1001}, {"reason": "too_long"}),
        ({"decision": "MAYBE"}, {"decision": "not_a_choice"}),
        ({"decision": "APPROVE", "attachment_ids": []}, {"attachment_ids": "out_of_range"}),
        ({"decision": "APPROVE", "attachment_ids": list(range(1, 102))}, {"attachment_ids": "out_of_range"}),
        ({"decision": "APPROVE", "attachment_ids": ["x"]}, {"attachment_ids.0": "invalid"}),
        ({"decision": "APPROVE", "attachment_ids": [2**60]}, {"attachment_ids.0": "out_of_range"}),
        ({"decision": "APPROVE", "force": True}, {"force": "unknown_field"}),
    ],
)
def test_a_bad_decision_changes_nothing(
    structures: StructuresDriver, fields: dict[str, Any], expected: dict[str, str]
) -> None:  # S-10
    structure_id = structures.create()
    attachment_id = structures.request(structure_id)

    answer = structures.call("POST", "/attachments/decisions", json={"attachment_ids": [attachment_id], **fields})

    assert (answer.status_code, faults(answer)) == (422, expected)
    assert structures.statuses(structure_id)[attachment_id] == "EN_COURS_DE_VALIDATION"


@pytest.mark.parametrize("decision", ["APPROVE", "REFUSE"])
def test_all_or_none_are_decided(structures: StructuresDriver, decision: str) -> None:  # S-10
    structure_id = structures.create()
    pending, decided = structures.request(structure_id), structures.request(structure_id, STRANGER)
    structures.decide(MANAGER, "APPROVE", decided)
    before = structures.events()

    answer = structures.decide(MANAGER, decision, pending, decided, reason="Because")

    assert refusal(answer) == (409, "attachment_not_pending")
    assert structures.statuses(structure_id)[pending] == "EN_COURS_DE_VALIDATION"
    assert structures.events() == before


@pytest.mark.parametrize("decision", ["APPROVE", "REFUSE"])
def test_a_request_to_someone_elses_structure_is_not_decided(
    structures: StructuresDriver, decision: str
) -> None:  # S-10
    mine, theirs = structures.create(STRANGER, identifier=EARL_SIRET), structures.create(MANAGER)
    to_mine, to_theirs = structures.request(mine), structures.request(theirs)

    answer = structures.decide(STRANGER, decision, to_mine, to_theirs, reason="Because")

    assert refusal(answer) == (404, "attachment_unknown")
    assert structures.statuses(theirs)[to_theirs] == "EN_COURS_DE_VALIDATION"
    assert not {APPROVED, REFUSED} & set(structures.events())


def test_a_requester_does_not_approve_their_own_request(structures: StructuresDriver) -> None:  # S-10
    structure_id = structures.create()
    attachment_id = structures.request(structure_id, COLLEAGUE)

    answer = structures.decide(COLLEAGUE, "APPROVE", attachment_id)

    assert refusal(answer) == (404, "attachment_unknown")


def test_a_request_that_does_not_exist_is_not_decided(structures: StructuresDriver) -> None:
    structure_id = structures.create()
    attachment_id = structures.request(structure_id)

    answer = structures.decide(MANAGER, "APPROVE", attachment_id, 999)

    assert refusal(answer) == (404, "attachment_unknown")
    assert structures.statuses(structure_id)[attachment_id] == "EN_COURS_DE_VALIDATION"


def test_a_requester_takes_the_request_back_and_asks_again(structures: StructuresDriver) -> None:  # S-10
    structure_id = structures.create()
    attachment_id = structures.request(structure_id)

    answer = structures.call("DELETE", f"/attachments/{attachment_id}", COLLEAGUE)

    assert (answer.status_code, answer.data) == (204, b"")
    assert structures.statuses(structure_id)[attachment_id] == "SUPPRIMEE"
    assert structures.events()[-1] == CANCELLED
    assert structures.request(structure_id) != attachment_id


@pytest.mark.parametrize("account_id", [MANAGER, STRANGER])
def test_nobody_takes_back_the_request_of_another(structures: StructuresDriver, account_id: int) -> None:  # S-10
    structure_id = structures.create()
    attachment_id = structures.request(structure_id)

    answer = structures.call("DELETE", f"/attachments/{attachment_id}", account_id)

    assert refusal(answer) == (404, "attachment_unknown")
    assert structures.statuses(structure_id)[attachment_id] == "EN_COURS_DE_VALIDATION"


def test_the_principal_manager_cannot_leave_by_taking_back_a_request(structures: StructuresDriver) -> None:  # S-12
    structure_id = structures.create()
    (attachment,) = structures.attachments(structure_id)

    answer = structures.call("DELETE", f"/attachments/{attachment['attachment_id']}")

    assert refusal(answer) == (409, "attachment_not_pending")
    assert structures.attachments(structure_id) == [attachment]


def test_managers_alone_see_who_is_attached(structures: StructuresDriver) -> None:
    structure_id = structures.create()
    structures.decide(MANAGER, "APPROVE", structures.request(structure_id, COLLEAGUE))

    colleague = structures.call("GET", f"/structures/{structure_id}/attachments", COLLEAGUE)
    nowhere = structures.call("GET", "/structures/999/attachments")

    assert refusal(colleague) == (403, "not_a_manager")
    assert refusal(nowhere) == (404, "structure_unknown")


def test_managers_see_what_waits_for_them(structures: StructuresDriver) -> None:  # S-10
    structure_id = structures.create()
    structures.decide(MANAGER, "APPROVE", structures.request(structure_id, COLLEAGUE))
    waiting = structures.request(structure_id, STRANGER, comment="Please")

    query = {"status": "EN_COURS_DE_VALIDATION"}
    (item,) = structures.call("GET", f"/structures/{structure_id}/attachments", query_string=query).get_json()["items"]

    assert (item["attachment_id"], item["comment"]) == (waiting, "Please")
    assert item["person"]["account_id"] == STRANGER


def test_everyone_sees_their_own_attachments_page_by_page(structures: StructuresDriver) -> None:
    first, second = structures.create(), structures.create(identifier=EARL_SIRET)
    mine = [structures.request(first), structures.request(second)]
    structures.request(first, STRANGER)

    page = structures.call("GET", "/attachments?limit=1", COLLEAGUE).get_json()
    rest = structures.call("GET", f"/attachments?after={page['next']}", COLLEAGUE).get_json()

    assert [item["attachment_id"] for item in page["items"] + rest["items"]] == mine
    assert rest["next"] is None


def test_an_inactive_structure_takes_no_requests_and_what_waited_is_refused(structures: StructuresDriver) -> None:
    # S-09, S-10
    structure_id = structures.create()
    waiting = structures.request(structure_id)

    structures.call("PATCH", f"/structures/{structure_id}", json={"status": "INACTIF"})

    assert structures.statuses(structure_id)[waiting] == "REFUSEE"
    refused = [payload for name, payload in structures.service.recorded() if name == "structures.attachment_refused.v1"]
    assert [(one["attachment_id"], one["reason"]) for one in refused] == [
        (waiting, "La structure est devenue inactive.")
    ]
    again = structures.call("POST", f"/structures/{structure_id}/attachments", STRANGER, json={})
    assert refusal(again) == (409, "structure_inactive")


def test_a_change_of_an_inactive_structure_refuses_nobody_again(structures: StructuresDriver) -> None:  # S-10
    structure_id = structures.create()
    structures.request(structure_id)
    for status in ("INACTIF", "INACTIF"):
        structures.call("PATCH", f"/structures/{structure_id}", json={"status": status})

    assert structures.events().count("structures.attachment_refused.v1") == 1


@pytest.mark.parametrize(
    ("event", "code"),
    [("identity.account_deactivated.v1", "account_deactivated"), ("identity.account_erased.v1", "account_erased")],
)
def test_whoever_has_no_active_account_any_more_asks_for_nothing(
    structures: StructuresDriver, event: str, code: str
) -> None:
    structure_id = structures.create()
    for position, name in enumerate(("identity.account_registered.v1", "identity.account_activated.v1", event), 1):
        structures.service.inbox.receive([contract_example(name, position=position, account_id=STRANGER)])

    asked = structures.call("POST", f"/structures/{structure_id}/attachments", STRANGER, json={})
    created = structures.call("POST", "/structures", STRANGER, json=a_new_structure(identifier=EARL_SIRET))

    assert (refusal(asked), refusal(created)) == ((403, code), (403, code))
    assert len(structures.attachments(structure_id)) == 1
