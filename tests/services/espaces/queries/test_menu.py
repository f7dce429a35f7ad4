"""Menu: the espaces that a person may enter, with the structures and permissions for each."""

import pytest

from tests.services.espaces.driver import BOTH, CENTRE, COLLEAGUE, MANAGER, STRANGER, STRUCTURE, TIC, EspacesDriver

pytestmark = pytest.mark.both_databases

OF_MANAGERS = "ACTIVITES_GESTIONNAIRE"
CREATED = "structures.structure_created.v1"


def test_a_person_without_rights_has_an_empty_menu(tic: EspacesDriver) -> None:  # E-14
    tic.requested()

    assert tic.menu(COLLEAGUE) == tic.menu(STRANGER) == {}


@pytest.mark.parametrize("role", ["GESTIONNAIRE_PRINCIPAL", "GESTIONNAIRE_SECONDAIRE"])
def test_managers_have_their_espace_for_each_structure_they_manage(espaces: EspacesDriver, role: str) -> None:
    # E-04, E-14
    espaces.hear(CREATED, structure_id=CENTRE, attachment_id=13, principal_manager_id=STRANGER, name="CDG 35")
    espaces.attach(MANAGER, attachment_id=14, structure_id=CENTRE, role=role)

    assert espaces.menu(MANAGER) == {
        OF_MANAGERS: [
            {
                "structure_id": STRUCTURE,
                "identifier": "13001977100018",
                "name": "AGENCE INFORMATIQUE FINANCIERE ETAT",
                "permissions": BOTH,
            },
            {"structure_id": CENTRE, "identifier": "13001977100018", "name": "CDG 35", "permissions": BOTH},
        ]
    }


def test_a_user_of_one_structure_who_manages_another_has_the_managers_espace_for_that_one(
    espaces: EspacesDriver,
) -> None:  # E-04, E-14
    espaces.attach()
    espaces.hear(CREATED, structure_id=CENTRE, attachment_id=13, principal_manager_id=COLLEAGUE)

    assert [where["structure_id"] for where in espaces.menu(COLLEAGUE)[OF_MANAGERS]] == [CENTRE]
    assert espaces.access(espace=OF_MANAGERS) == "not_a_manager"
    assert espaces.access(espace=OF_MANAGERS, structure_id=CENTRE) == "granted"


def test_only_what_is_approved_is_in_the_menu_with_its_permission(tic: EspacesDriver) -> None:  # E-14
    first, _ = tic.requested()
    tic.decide(MANAGER, "APPROVE", [first])

    ((espace, (where,)),) = tic.menu(COLLEAGUE).items()

    assert (espace, where["structure_id"], where["permissions"]) == (TIC, STRUCTURE, [BOTH[0]])


def test_the_menu_follows_the_catalogue_and_structures_their_names(espaces: EspacesDriver) -> None:  # E-14
    espaces.hear(CREATED, structure_id=CENTRE, attachment_id=13, name="ABEILLES")
    for espace in ("SOLLICITATIONS_EMISES", "FACTURES_EMISES"):
        for structure_id in (STRUCTURE, CENTRE):
            espaces.open(espace=espace, options={}, structure_id=structure_id)

    menu = espaces.menu(MANAGER)

    assert list(menu) == ["FACTURES_EMISES", OF_MANAGERS, "SOLLICITATIONS_EMISES"]
    assert {tuple(where["structure_id"] for where in places) for places in menu.values()} == {(CENTRE, STRUCTURE)}


def test_two_structures_of_the_same_name_are_two_in_the_menu(espaces: EspacesDriver) -> None:  # E-14
    espaces.hear(CREATED, structure_id=CENTRE, attachment_id=13)
    espaces.open()
    espaces.open(structure_id=CENTRE)

    places = espaces.menu(MANAGER)[TIC]

    assert {where["structure_id"]: where["permissions"] for where in places} == {STRUCTURE: BOTH, CENTRE: BOTH}


def test_each_right_of_the_menu_is_one_that_the_access_check_grants_and_no_other(tic: EspacesDriver) -> None:
    # E-14, E-15
    tic.open(espace="ENGAGEMENTS", permissions=[BOTH[0]], options={})
    first, _ = tic.requested()
    tic.decide(MANAGER, "APPROVE", [first])
    catalogue = [item["espace"] for item in tic.call("GET", "/catalogue").get_json()["items"]]

    for account_id in (MANAGER, COLLEAGUE, STRANGER):
        in_menu = {
            (espace, permission)
            for espace, places in tic.menu(account_id).items()
            for where in places
            for permission in where["permissions"]
        }
        granted = {
            (espace, permission)
            for espace in catalogue
            for permission in BOTH
            if tic.access(account_id, espace=espace, permission=permission) == "granted"
        }
        assert in_menu == granted
