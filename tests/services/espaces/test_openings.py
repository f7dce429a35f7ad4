"""Opening an espace: who may, on which structure, with what, and what it brings."""

from typing import Any

import pytest

from services.espaces.app import SERVICE
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
from tests.support import service_under_test


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

    answer = espaces.open(structure_id=CENTRE)
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


def test_when_a_structure_becomes_a_centre_de_gestion_its_tic_ends_with_the_reason(espaces: EspacesDriver) -> None:
    # E-05, E-11, E-12
    espaces.attach()
    espaces.open()
    espaces.open(espace="ENGAGEMENTS", options={})
    espaces.requested()
    change = {"is_centre_de_gestion": True}

    espaces.hear("structures.structure_changed.v1", **change)
    espaces.hear("structures.structure_changed.v1", **change)

    assert espaces.access(MANAGER) == "espace_not_available"
    assert TIC not in espaces.menu(MANAGER)
    assert "ENGAGEMENTS" in espaces.menu(MANAGER)
    assert espaces.statuses() == ["SUPPRIME", "SUPPRIME"]
    ended = [payload for name, payload in espaces.service.recorded() if name == "espaces.subscription_ended.v1"]
    closed = [payload for name, payload in espaces.service.recorded() if name == "espaces.espace_closed.v1"]
    assert {(one["account_id"], one["reason"]) for one in ended} == {
        (MANAGER, "STRUCTURE_IS_CENTRE_DE_GESTION"),
        (COLLEAGUE, "STRUCTURE_IS_CENTRE_DE_GESTION"),
    }
    assert [one["espace"] for one in closed] == [TIC]


def test_when_a_structure_is_deactivated_all_that_depends_on_it_ends(espaces: EspacesDriver) -> None:  # E-12
    espaces.open()

    espaces.hear("structures.structure_changed.v1", status="INACTIF", is_centre_de_gestion=False)

    assert espaces.menu(MANAGER) == {}
    assert espaces.access(MANAGER) == "structure_inactive"
    assert refusal(espaces.open()) == (409, "espace_not_available")
