"""Subscriptions: asked for, decided on, listed, given up."""

from typing import Any

import pytest

from tests.services.espaces.driver import (
    BOTH,
    CENTRE,
    COLLEAGUE,
    MANAGER,
    STRANGER,
    STRUCTURE,
    TIC,
    EspacesDriver,
    faults,
    refusal,
)

pytestmark = pytest.mark.both_databases

ABOUT_TIC = {
    "structure_id": STRUCTURE,
    "structure_name": "AGENCE INFORMATIQUE FINANCIERE ETAT",
    "espace": TIC,
    "espace_label": "Demande de remboursement TIC",
}


def test_asking_for_both_permissions_makes_two_subscriptions_and_one_mail(tic: EspacesDriver) -> None:  # E-08
    answer = tic.request(comment="Bonjour")

    assert [(item["permission"], item["status"]) for item in answer.get_json()["items"]] == [
        (BOTH[0], "EN_COURS_DE_VALIDATION"),
        (BOTH[1], "EN_COURS_DE_VALIDATION"),
    ]
    (*_, (name, payload)) = tic.service.recorded()
    assert name == "espaces.subscription_requested.v1"
    assert (payload["manager_ids"], len(payload["subscriptions"])) == ([MANAGER], 2)


def test_one_cannot_ask_for_what_is_not_open_or_not_one_s_own_affair(tic: EspacesDriver) -> None:  # E-08
    tic.open(espace="ENGAGEMENTS", permissions=[BOTH[0]], options={})
    before = tic.events()

    assert refusal(tic.request(espace="SUIVI_DES_FLUX")) == (409, "espace_not_open")
    assert refusal(tic.request(espace="ENGAGEMENTS")) == (409, "permission_not_open")
    assert refusal(tic.request(espace="CARNET")) == (404, "espace_unknown")
    assert refusal(tic.request(STRANGER)) == (403, "not_attached")
    assert refusal(tic.request(structure_id=99)) == (404, "structure_unknown")
    assert (tic.events(), tic.statuses()) == (before, [])


def test_one_cannot_ask_for_what_one_has_or_has_asked_for_not_even_in_part(tic: EspacesDriver) -> None:  # E-08
    (number,) = tic.requested(permissions=[BOTH[0]])
    assert refusal(tic.request()) == (409, "subscription_pending")
    assert len(tic.statuses()) == 1
    tic.decide(MANAGER, "APPROVE", [number])

    assert refusal(tic.request()) == (409, "subscription_exists")
    assert len(tic.statuses()) == 1


def test_a_right_takes_effect_and_ends_with_the_very_next_question(tic: EspacesDriver) -> None:  # E-09, E-10, E-11
    numbers = tic.requested()
    assert tic.access() == "subscription_pending"

    approved = tic.decide(MANAGER, "APPROVE", numbers)
    assert [item["status"] for item in approved.get_json()["items"]] == ["VALIDE", "VALIDE"]
    assert (tic.access(), TIC in tic.menu(COLLEAGUE)) == ("granted", True)

    removed = tic.call("POST", "/subscriptions/removals", COLLEAGUE, json={"subscription_ids": numbers})
    assert removed.status_code == 200
    assert (tic.access(), TIC in tic.menu(COLLEAGUE)) == ("no_subscription", False)
    assert tic.events()[-2:] == ["espaces.subscription_approved.v1", "espaces.subscription_ended.v1"]


def test_a_refusal_has_a_reason_and_one_can_ask_again(tic: EspacesDriver) -> None:  # E-09
    numbers = tic.requested()

    without = tic.decide(MANAGER, "REFUSE", numbers)
    refused = tic.decide(MANAGER, "REFUSE", numbers, reason="Not this year")

    assert faults(without) == {"reason": "required"}
    assert [item["reason"] for item in refused.get_json()["items"]] == ["Not this year"] * 2
    assert len(tic.requested()) == 2


def test_many_are_decided_at_once_or_none(tic: EspacesDriver) -> None:  # E-09
    first, second = tic.requested()
    tic.decide(MANAGER, "APPROVE", [first])
    before = tic.events()

    assert refusal(tic.decide(MANAGER, "APPROVE", [first, second])) == (409, "subscription_not_pending")
    assert refusal(tic.decide(MANAGER, "APPROVE", [second, 999])) == (404, "subscription_unknown")
    assert refusal(tic.decide(COLLEAGUE, "APPROVE", [second])) == (404, "subscription_unknown")
    assert refusal(tic.decide(STRANGER, "APPROVE", [second])) == (404, "subscription_unknown")
    assert (tic.events(), tic.statuses()) == (before, ["VALIDE", "EN_COURS_DE_VALIDATION"])


def test_another_person_s_subscription_cannot_be_removed(tic: EspacesDriver) -> None:  # E-10
    numbers = tic.requested()

    answer = tic.call("POST", "/subscriptions/removals", MANAGER, json={"subscription_ids": numbers})

    assert refusal(answer) == (404, "subscription_unknown")
    assert tic.statuses() == ["EN_COURS_DE_VALIDATION"] * 2


def test_a_person_sees_their_own_subscriptions_by_pages(tic: EspacesDriver) -> None:  # E-10
    tic.requested()

    first = tic.call("GET", "/subscriptions?limit=1", COLLEAGUE).get_json()
    second = tic.call("GET", f"/subscriptions?limit=1&after={first['next']}", COLLEAGUE).get_json()

    assert [item["permission"] for page in (first, second) for item in page["items"]] == BOTH
    assert second["next"] is None
    assert first["items"][0]["structure"]["name"] == "AGENCE INFORMATIQUE FINANCIERE ETAT"


def test_managers_see_who_asks_and_others_do_not(tic: EspacesDriver) -> None:  # E-09
    tic.hear("identity.account_registered.v1", account_id=COLLEAGUE, last_name="Faure", first_name="Dominique")
    tic.hear("identity.account_activated.v1", account_id=COLLEAGUE)
    tic.requested()
    path = f"/structures/{STRUCTURE}/subscriptions?status=EN_COURS_DE_VALIDATION"

    seen = tic.call("GET", path).get_json()["items"]

    assert [item["person"]["last_name"] for item in seen] == ["Faure", "Faure"]
    assert refusal(tic.call("GET", path, COLLEAGUE)) == (403, "not_a_manager")
    assert refusal(tic.call("GET", path, STRANGER)) == (403, "not_a_manager")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"requested_on": "yesterday"}, "requested_on"),
        ({"structure_id": "seven"}, "structure_id"),
        ({"comment": "x" * 1001}, "comment"),
        ({"permissions": "MODIFICATION"}, "permissions"),
        ({"surprise": True}, "surprise"),
    ],
)
def test_a_request_that_is_wrong_changes_nothing(tic: EspacesDriver, change: dict[str, Any], field: str) -> None:
    answer = tic.request(**change)

    assert refusal(answer) == (422, "invalid_input")
    assert field in faults(answer)
    assert tic.statuses() == []


def test_a_person_attached_before_their_name_is_known_can_ask(espaces: EspacesDriver) -> None:
    espaces.attach(STRANGER, attachment_id=14)
    espaces.open()

    assert espaces.request(STRANGER).status_code == 201


def test_a_comment_keeps_its_lines_and_its_accents(tic: EspacesDriver) -> None:  # E-08
    comment = "Bonjour,\nc’est pour l’été — merci."

    assert tic.request(COLLEAGUE, comment=f"  {comment} ").status_code == 201

    (first, *_) = tic.call("GET", f"/structures/{STRUCTURE}/subscriptions?status=EN_COURS_DE_VALIDATION").get_json()[
        "items"
    ]
    assert first["comment"] == tic.payloads("espaces.subscription_requested.v1")[0]["comment"] == comment


def test_a_request_tells_both_managers_what_is_asked_and_by_whom(tic: EspacesDriver) -> None:  # E-08
    tic.attach(STRANGER, attachment_id=14, role="GESTIONNAIRE_SECONDAIRE")

    tic.requested(comment="Bonjour")

    assert tic.payloads("espaces.subscription_requested.v1") == [
        {
            **ABOUT_TIC,
            "account_id": COLLEAGUE,
            "subscriptions": [
                {"subscription_id": 3, "permission": BOTH[0]},
                {"subscription_id": 4, "permission": BOTH[1]},
            ],
            "comment": "Bonjour",
            "manager_ids": [MANAGER, STRANGER],
        }
    ]


def test_the_same_permission_asked_twice_is_one_subscription(tic: EspacesDriver) -> None:  # E-08
    answer = tic.request(permissions=[BOTH[1]] * 2)

    assert [item["permission"] for item in answer.get_json()["items"]] == [BOTH[1]]


def test_the_opener_cannot_ask_for_what_opening_brought(tic: EspacesDriver) -> None:  # E-07, E-08
    before = tic.snapshot()

    assert refusal(tic.request(MANAGER)) == (409, "subscription_exists")
    assert tic.snapshot() == before


def test_one_asks_for_each_permission_on_its_own(tic: EspacesDriver) -> None:  # E-08
    tic.requested(permissions=[BOTH[0]])

    assert tic.request(permissions=[BOTH[1]]).status_code == 201
    assert tic.statuses() == ["EN_COURS_DE_VALIDATION"] * 2


def test_decisions_on_many_tell_each_person_once_for_each_espace(tic: EspacesDriver) -> None:  # E-09
    tic.open(espace="ENGAGEMENTS", options={})
    tic.attach(STRANGER, attachment_id=14)
    numbers = [
        *tic.requested(),
        *tic.requested(espace="ENGAGEMENTS", permissions=[BOTH[0]]),
        *tic.requested(account_id=STRANGER),
    ]

    answer = tic.decide(MANAGER, "APPROVE", numbers)

    assert {item["status"] for item in answer.get_json()["items"]} == {"VALIDE"}
    told = tic.payloads("espaces.subscription_approved.v1")
    assert [(one["account_id"], one["espace"], len(one["subscriptions"])) for one in told] == [
        (COLLEAGUE, TIC, 2),
        (COLLEAGUE, "ENGAGEMENTS", 1),
        (STRANGER, TIC, 2),
    ]
    assert {one["approved_by"] for one in told} == {MANAGER}


def test_a_secondary_manager_decides_on_one_and_the_number_sent_twice_counts_once(tic: EspacesDriver) -> None:  # E-09
    tic.attach(STRANGER, attachment_id=14, role="GESTIONNAIRE_SECONDAIRE")
    _, second = tic.requested()

    answer = tic.decide(STRANGER, "APPROVE", [second, second])

    assert [item["subscription_id"] for item in answer.get_json()["items"]] == [second]
    assert tic.statuses() == ["EN_COURS_DE_VALIDATION", "VALIDE"]


def test_a_refusal_tells_the_reason_and_gives_nothing(tic: EspacesDriver) -> None:  # E-09
    first, _ = tic.requested()

    tic.decide(MANAGER, "REFUSE", [first], reason="Pas cette année")

    assert tic.payloads("espaces.subscription_refused.v1") == [
        {
            **ABOUT_TIC,
            "account_id": COLLEAGUE,
            "subscriptions": [{"subscription_id": first, "permission": BOTH[0]}],
            "reason": "Pas cette année",
            "refused_by": MANAGER,
        }
    ]
    assert tic.access(permission=BOTH[0]) == "no_subscription"
    assert tic.statuses() == ["REFUSE", "EN_COURS_DE_VALIDATION"]


@pytest.mark.parametrize(("decision", "reason"), [("APPROVE", None), ("REFUSE", "No")])
def test_what_is_decided_is_not_decided_again(tic: EspacesDriver, decision: str, reason: str | None) -> None:  # E-09
    first, second = tic.requested()
    tic.decide(MANAGER, "APPROVE", [first])
    tic.decide(MANAGER, "REFUSE", [second], reason="No")
    before = tic.snapshot()

    answers = [refusal(tic.decide(MANAGER, decision, [number], reason=reason)) for number in (first, second)]

    assert answers == [(409, "subscription_not_pending")] * 2
    assert tic.snapshot() == before


@pytest.mark.parametrize(("decision", "reason"), [("APPROVE", None), ("REFUSE", "No")])
def test_the_manager_of_one_structure_decides_nothing_on_another(
    tic: EspacesDriver, decision: str, reason: str | None
) -> None:  # E-09
    (elsewhere, own) = requests_on_two_structures(tic)
    before = tic.snapshot()

    mixed = refusal(tic.decide(MANAGER, decision, [own, elsewhere], reason=reason))
    other = refusal(tic.decide(STRANGER, decision, [own], reason=reason))

    assert mixed == other == (404, "subscription_unknown")
    assert tic.snapshot() == before


def requests_on_two_structures(tic: EspacesDriver) -> tuple[int, int]:
    """Return a colleague's requests on the structure of a stranger and on the manager's own."""
    tic.hear("structures.structure_created.v1", structure_id=CENTRE, attachment_id=13, principal_manager_id=STRANGER)
    tic.attach(structure_id=CENTRE, attachment_id=14)
    assert tic.open(STRANGER, CENTRE).status_code == 201
    (elsewhere,) = tic.requested(structure_id=CENTRE, permissions=[BOTH[0]])
    (own,) = tic.requested(permissions=[BOTH[0]])
    return elsewhere, own


def test_managers_see_the_subscriptions_of_their_own_structure_alone(tic: EspacesDriver) -> None:  # E-09
    elsewhere, own = requests_on_two_structures(tic)
    path = "/structures/{}/subscriptions?status=EN_COURS_DE_VALIDATION"

    seen = tic.call("GET", path.format(STRUCTURE)).get_json()["items"]
    seen_elsewhere = tic.call("GET", path.format(CENTRE), STRANGER).get_json()["items"]

    assert ([item["subscription_id"] for item in seen], len(seen_elsewhere)) == ([own], 1)
    assert seen_elsewhere[0]["subscription_id"] == elsewhere
    assert refusal(tic.call("GET", path.format(CENTRE))) == (403, "not_a_manager")
    assert refusal(tic.call("GET", path.format(99))) == (404, "structure_unknown")


def test_a_person_whom_identity_has_not_told_of_is_seen_without_a_name(tic: EspacesDriver) -> None:
    tic.requested(permissions=[BOTH[0]])

    items = tic.call("GET", f"/structures/{STRUCTURE}/subscriptions?status=EN_COURS_DE_VALIDATION").get_json()["items"]

    assert [item["person"] for item in items] == [
        {"account_id": COLLEAGUE, "last_name": None, "first_name": None, "is_active": None}
    ]


def test_a_person_chooses_their_subscriptions_by_status_and_sees_nobody_else_s(tic: EspacesDriver) -> None:  # E-10
    first, second = tic.requested()
    tic.decide(MANAGER, "REFUSE", [second], reason="Pas cette année")

    (waiting,) = tic.call("GET", "/subscriptions?status=EN_COURS_DE_VALIDATION", COLLEAGUE).get_json()["items"]
    (refused,) = tic.call("GET", "/subscriptions?status=REFUSE", COLLEAGUE).get_json()["items"]

    assert (waiting["subscription_id"], waiting["reason"]) == (first, None)
    assert refused == {
        "subscription_id": second,
        "structure": {
            "structure_id": STRUCTURE,
            "identifier_type": "SIRET",
            "identifier": "13001977100018",
            "name": "AGENCE INFORMATIQUE FINANCIERE ETAT",
        },
        "espace": TIC,
        "label": "Demande de remboursement TIC",
        "permission": BOTH[1],
        "status": "REFUSE",
        "requested_on": "2026-11-24",
        "reason": "Pas cette année",
    }
    assert tic.call("GET", "/subscriptions", STRANGER).get_json() == {"items": [], "next": None}


def test_a_removal_tells_the_reason_once_and_one_can_ask_again(tic: EspacesDriver) -> None:  # E-08, E-10
    numbers = tic.requested()

    removed = tic.call("POST", "/subscriptions/removals", COLLEAGUE, json={"subscription_ids": numbers})

    items = removed.get_json()["items"]
    assert [(item["status"], item["reason"]) for item in items] == [("SUPPRIME", "REMOVED_BY_HOLDER")] * 2
    (ended,) = tic.payloads("espaces.subscription_ended.v1")
    assert (ended["account_id"], len(ended["subscriptions"])) == (COLLEAGUE, 2)
    assert ended["reason"] == "REMOVED_BY_HOLDER"
    assert tic.request().status_code == 201


def test_of_several_removals_all_are_done_or_none(tic: EspacesDriver) -> None:  # E-10
    first, second = tic.requested()
    tic.decide(MANAGER, "REFUSE", [first], reason="No")
    before = tic.snapshot()

    def remove(*numbers: int) -> tuple[int, str]:
        body = {"subscription_ids": numbers}
        return refusal(tic.call("POST", "/subscriptions/removals", COLLEAGUE, json=body))

    assert remove(second, first) == (409, "subscription_not_live")
    assert remove(second, 1) == (404, "subscription_unknown")
    assert remove(second, 999) == (404, "subscription_unknown")
    assert tic.snapshot() == before
