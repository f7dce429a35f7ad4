"""Subscriptions: asked for, decided on, listed, given up."""

from typing import Any

import pytest

from tests.services.espaces.driver import (
    BOTH,
    COLLEAGUE,
    MANAGER,
    STRANGER,
    STRUCTURE,
    TIC,
    EspacesDriver,
    faults,
    refusal,
)


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
    assert refusal(tic.decide(COLLEAGUE, "APPROVE", [second])) == (403, "not_a_manager")
    assert refusal(tic.decide(STRANGER, "APPROVE", [second])) == (403, "not_a_manager")
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
    assert first["comment"] == tic.told("espaces.subscription_requested.v1")[0]["comment"] == comment
