"""Opening an espace: who may, on which structure, with what, and what it brings."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from services.espaces.app import SERVICE
from tests.kit.support import service_under_test
from tests.services.espaces.driver import (
    BOTH,
    CENTRE,
    COLLEAGUE,
    MANAGER,
    OPTIONS,
    STRANGER,
    STRUCTURE,
    TIC,
    EspacesDriver,
    faults,
    refusal,
)

pytestmark = pytest.mark.both_databases


def test_the_principal_manager_opens_an_espace_and_is_subscribed_without_approval(espaces: EspacesDriver) -> None:
    # E-03, E-07, E-11, E-14
    answer = espaces.open()

    assert answer.status_code == 201
    assert (answer.get_json()["options"], answer.get_json()["permissions"]) == (OPTIONS, BOTH)
    assert espaces.events() == ["espaces.espace_opened.v1"]
    assert espaces.service.recorded()[0][1]["subscriber_ids"] == [MANAGER]
    assert [where["permissions"] for where in espaces.menu(MANAGER)[TIC]] == [BOTH]
    assert espaces.access(MANAGER) == "granted"


@pytest.mark.parametrize("role", ["UTILISATEUR", "GESTIONNAIRE_SECONDAIRE"])
def test_nobody_else_opens_an_espace(espaces: EspacesDriver, role: str) -> None:  # E-03
    espaces.attach(role=role)

    assert refusal(espaces.open(COLLEAGUE)) == (403, "not_the_principal_manager")
    assert refusal(espaces.open(STRANGER)) == (403, "not_attached")
    assert refusal(espaces.open(structure_id=99)) == (404, "structure_unknown")
    assert espaces.events() == []


def test_a_setting_lets_secondary_managers_open_and_the_principal_is_subscribed_too() -> None:  # E-03, E-07
    with service_under_test(SERVICE, secondary_managers_open_espaces=True) as running:
        espaces = EspacesDriver(running)
        espaces.attach(role="GESTIONNAIRE_SECONDAIRE")

        answer = espaces.open(COLLEAGUE)

        assert answer.status_code == 201
        assert espaces.service.recorded()[0][1]["subscriber_ids"] == [MANAGER, COLLEAGUE]
        assert espaces.access(MANAGER) == espaces.access(COLLEAGUE) == "granted"


def test_tic_is_never_available_to_a_centre_de_gestion(espaces: EspacesDriver) -> None:  # E-05
    espaces.hear("structures.structure_created.v1", structure_id=CENTRE, attachment_id=13, is_centre_de_gestion=True)

    before = espaces.snapshot()
    answer = espaces.open(structure_id=CENTRE)
    assert espaces.snapshot() == before
    others = espaces.open(structure_id=CENTRE, espace="ENGAGEMENTS", options={})

    assert refusal(answer) == (409, "espace_not_available")
    assert others.status_code == 201
    items = espaces.call("GET", f"/structures/{CENTRE}/espaces").get_json()["items"]
    (tic,) = [item for item in items if item["espace"] == TIC]
    assert (tic["available"], tic["unavailable_code"], tic["opening"]) == (False, "espace_not_available", None)


def test_activites_du_gestionnaire_is_open_from_the_creation_to_managers_alone(espaces: EspacesDriver) -> None:  # E-04
    espaces.attach()
    about: dict[str, Any] = {"espace": "ACTIVITES_GESTIONNAIRE"}

    assert [where["structure_id"] for where in espaces.menu(MANAGER)["ACTIVITES_GESTIONNAIRE"]] == [STRUCTURE]
    assert espaces.menu(COLLEAGUE) == {}
    assert espaces.access(MANAGER, **about) == "granted"
    assert espaces.access(COLLEAGUE, **about) == "not_a_manager"
    assert refusal(espaces.open(**about, options={})) == (409, "espace_already_open")
    assert refusal(espaces.request(**about)) == (409, "espace_not_available")


def test_an_espace_is_open_once(espaces: EspacesDriver) -> None:  # E-03
    espaces.open()

    again = espaces.open()

    assert refusal(again) == (409, "espace_already_open")
    assert espaces.events() == ["espaces.espace_opened.v1"]


@pytest.mark.parametrize(
    "pasted", ["093 160 001", "093-160-001", "093\u00a0160.001", "0931\u200b60001", "０９３１６０００１"]
)
def test_a_pasted_pacage_number_is_stored_as_its_digits(espaces: EspacesDriver, pasted: str) -> None:  # E-06
    answer = espaces.open(options={**OPTIONS, "pacage": pasted})

    assert answer.get_json()["options"]["pacage"] == "093160001"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"options": {}}, "options.categorie_beneficiaire", "required"),
        ({"options": {**OPTIONS, "pacage": "12345678"}}, "options.pacage", "invalid"),
        ({"options": {**OPTIONS, "surface": "1"}}, "options.surface", "unknown_field"),
        ({"options": {**OPTIONS, "pacage": 123456789}}, "options.pacage", "invalid"),
        ({"options": {**OPTIONS, "x" * 61: "1"}}, f"options.{'x' * 61}", "too_long"),
        ({"options": "CUMA"}, "options", "invalid"),
        ({"permissions": []}, "permissions", "out_of_range"),
        ({"permissions": ["TOUT"]}, "permissions.0", "invalid"),
        ({"espace": "x" * 61}, "espace", "too_long"),
        ({"surprise": 1}, "surprise", "unknown_field"),
    ],
)
def test_what_is_asked_wrongly_opens_nothing(
    espaces: EspacesDriver, change: dict[str, Any], field: str, code: str
) -> None:  # E-06
    answer = espaces.open(**change)

    assert refusal(answer) == (422, "invalid_input")
    assert faults(answer)[field] == code
    assert espaces.events() == []


def test_an_espace_that_the_catalogue_does_not_have_is_unknown(espaces: EspacesDriver) -> None:
    assert refusal(espaces.open(espace="CARNET")) == (404, "espace_unknown")


def test_an_opening_answers_and_tells_all_there_is_to_know(espaces: EspacesDriver) -> None:  # E-03, E-06, E-07
    with time_machine.travel(datetime(2026, 11, 24, 8, 0, tzinfo=UTC), tick=False):
        answer = espaces.open()

    assert answer.get_json() == {
        "opening_id": 1,
        "structure_id": STRUCTURE,
        "espace": TIC,
        "label": "Demande de remboursement TIC",
        "permissions": BOTH,
        "options": OPTIONS,
        "status": "ACTIVE",
        "opened_at": "2026-11-24T08:00:00+00:00",
    }
    assert espaces.payloads("espaces.espace_opened.v1") == [
        {
            "structure_id": STRUCTURE,
            "structure_name": "AGENCE INFORMATIQUE FINANCIERE ETAT",
            "espace": TIC,
            "espace_label": "Demande de remboursement TIC",
            "opening_id": 1,
            "permissions": BOTH,
            "opened_by": MANAGER,
            "subscriber_ids": [MANAGER],
        }
    ]
    assert answer.headers["Guichet-Recorded"].startswith("espaces:")


def test_who_opens_has_each_permission_opened_without_approval(espaces: EspacesDriver) -> None:  # E-07
    espaces.open()

    items = espaces.call("GET", "/subscriptions").get_json()["items"]
    assert [(item["permission"], item["status"]) for item in items] == [(BOTH[0], "VALIDE"), (BOTH[1], "VALIDE")]


def test_nobody_has_a_permission_that_was_not_opened(espaces: EspacesDriver) -> None:  # E-03, E-07
    espaces.open(permissions=[BOTH[0]])

    assert espaces.access(MANAGER, permission=BOTH[0]) == "granted"
    assert espaces.access(MANAGER, permission=BOTH[1]) == "no_subscription"
    assert [where["permissions"] for where in espaces.menu(MANAGER)[TIC]] == [[BOTH[0]]]


@pytest.mark.parametrize(("permissions", "opened"), [(BOTH[::-1], BOTH), ([BOTH[1]] * 2, [BOTH[1]])])
def test_permissions_are_opened_once_each_in_the_order_of_the_catalogue(
    espaces: EspacesDriver, permissions: list[str], opened: list[str]
) -> None:  # E-03
    answer = espaces.open(permissions=permissions)

    assert answer.get_json()["permissions"] == opened


@pytest.mark.parametrize("nothing", ["", None, "  "])
def test_an_option_left_empty_is_not_kept(espaces: EspacesDriver, nothing: str | None) -> None:  # E-06
    answer = espaces.open(options={**OPTIONS, "pacage": nothing})

    assert answer.get_json()["options"] == {"categorie_beneficiaire": "CUMA"}


def test_an_espace_does_not_open_with_a_permission_that_it_does_not_offer(tmp_path: Path) -> None:  # E-02, E-03
    path = tmp_path / "catalogue.yaml"
    path.write_text("espaces: [{code: CARNET, label: Carnet, permissions: [CONSULTATION_UNIQUEMENT]}]", "utf-8")

    with service_under_test(SERVICE, catalogue=path) as running:
        espaces = EspacesDriver(running)
        answer = espaces.open(espace="CARNET", permissions=BOTH, options={})
        events = espaces.events()

    assert refusal(answer) == (422, "permission_not_offered")
    assert faults(answer) == {"permissions": "permission_not_offered"}
    assert events == []


def test_who_is_attached_sees_what_is_open_what_can_be_and_why_not(espaces: EspacesDriver) -> None:  # E-03, E-04
    espaces.attach()
    opened = espaces.open().get_json()

    items = espaces.call("GET", f"/structures/{STRUCTURE}/espaces", COLLEAGUE).get_json()["items"]

    seen = {item["espace"]: (item["opening"], item["available"], item["unavailable_code"]) for item in items}
    assert len(seen) == 12
    assert seen.pop(TIC) == (opened, False, "espace_already_open")
    assert seen.pop("ACTIVITES_GESTIONNAIRE") == (None, False, "espace_already_open")
    assert set(seen.values()) == {(None, True, None)}


def test_nobody_else_sees_the_espaces_of_a_structure(espaces: EspacesDriver) -> None:
    def ask(structure_id: int) -> tuple[int, str]:
        return refusal(espaces.call("GET", f"/structures/{structure_id}/espaces", STRANGER))

    assert ask(STRUCTURE) == (403, "not_attached")
    assert ask(99) == (404, "structure_unknown")


def test_nothing_can_be_opened_on_a_structure_that_is_not_active(espaces: EspacesDriver) -> None:  # E-12
    espaces.hear("structures.structure_changed.v1", status="INACTIF", is_centre_de_gestion=False)
    before = espaces.snapshot()

    items = espaces.call("GET", f"/structures/{STRUCTURE}/espaces").get_json()["items"]

    assert {item["unavailable_code"] for item in items} == {"structure_inactive"}
    assert refusal(espaces.open()) == (409, "structure_inactive")
    assert espaces.snapshot() == before
