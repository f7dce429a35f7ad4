"""Deactivated accounts may do nothing, anywhere; reactivated, they have their rights again."""

import pytest

from services.espaces.models.read_models import Person
from tests.services.espaces.driver import BOTH, COLLEAGUE, MANAGER, STRUCTURE, TIC, EspacesDriver, refusal

pytestmark = pytest.mark.both_databases

DEACTIVATED, REACTIVATED = "identity.account_deactivated.v1", "identity.account_reactivated.v1"
OF_MANAGERS = "ACTIVITES_GESTIONNAIRE"


@pytest.fixture
def granted(espaces: EspacesDriver) -> EspacesDriver:
    """Return a service in which the colleague has both subscriptions to TIC."""
    espaces.hear("identity.account_registered.v1", account_id=COLLEAGUE)
    espaces.hear("identity.account_activated.v1", account_id=COLLEAGUE)
    espaces.attach()
    espaces.open()
    espaces.decide(MANAGER, "APPROVE", espaces.requested())
    return espaces


@pytest.mark.parametrize(("account_id", "espace"), [(COLLEAGUE, TIC), (MANAGER, TIC), (MANAGER, OF_MANAGERS)])
def test_access_check_and_menu_agree_on_an_account_deactivated_and_reactivated(
    granted: EspacesDriver, account_id: int, espace: str
) -> None:  # E-11, E-14, E-15, A-12
    menu = granted.menu(account_id)
    assert espace in menu

    granted.hear(DEACTIVATED, account_id=account_id)
    denied = granted.access(account_id, espace=espace), granted.menu(account_id)
    granted.hear(REACTIVATED, account_id=account_id)

    assert denied == ("account_inactive", {})
    assert granted.access(account_id, espace=espace) == "granted"
    assert granted.menu(account_id) == menu


def test_nothing_of_anyone_else_is_touched(granted: EspacesDriver) -> None:
    granted.hear(DEACTIVATED, account_id=MANAGER)

    assert granted.access(COLLEAGUE) == "granted"
    assert list(granted.menu(COLLEAGUE)) == [TIC]


def test_the_subscriptions_of_a_deactivated_account_stay(granted: EspacesDriver) -> None:  # E-12
    before = granted.statuses()

    granted.hear(DEACTIVATED, account_id=COLLEAGUE)

    assert granted.statuses() == before == ["VALIDE", "VALIDE"]
    assert "espaces.subscription_ended.v1" not in granted.events()


def test_a_token_that_outlives_its_account_can_do_nothing(granted: EspacesDriver) -> None:  # E-11, A-12
    requested = granted.requested(account_id=COLLEAGUE, **open_another(granted))
    granted.hear(DEACTIVATED, account_id=MANAGER)
    granted.hear(DEACTIVATED, account_id=COLLEAGUE)
    before = granted.snapshot()

    about_the_colleague = {"account_id": COLLEAGUE, "structure_id": STRUCTURE, "espace": TIC, "permission": BOTH[0]}
    answers = [
        granted.decide(MANAGER, "APPROVE", requested),
        granted.open(espace="FACTURES_EMISES", options={}),
        granted.call("GET", f"/structures/{STRUCTURE}/subscriptions"),
        granted.call("GET", "/access", query_string=about_the_colleague),
        granted.request(),
        granted.call("GET", f"/structures/{STRUCTURE}/espaces", COLLEAGUE),
    ]

    assert [refusal(answer) for answer in answers] == [
        (404, "subscription_unknown"),
        (403, "not_attached"),
        (403, "not_a_manager"),
        (403, "not_a_manager"),
        (403, "not_attached"),
        (403, "not_attached"),
    ]
    assert granted.snapshot() == before


def test_a_registration_replayed_late_does_not_undo_a_change_of_name(espaces: EspacesDriver) -> None:
    espaces.hear("identity.account_registered.v1", account_id=50, last_name="Moreau")
    espaces.hear("identity.account_changed.v1", account_id=50, last_name="Petit")

    espaces.hear("identity.account_registered.v1", account_id=50, last_name="Moreau")

    with espaces.service.database.reading() as session:
        person = session.get_one(Person, 50)
        assert (person.last_name, person.is_active) == ("Petit", False)


def test_a_change_of_name_does_not_activate_a_deactivated_account(granted: EspacesDriver) -> None:
    granted.hear(DEACTIVATED, account_id=COLLEAGUE)

    granted.hear("identity.account_changed.v1", account_id=COLLEAGUE)

    assert granted.access(COLLEAGUE) == "account_inactive"


def open_another(espaces: EspacesDriver) -> dict[str, object]:
    """Open another espace, and return the body of a request for it."""
    espaces.open(espace="ENGAGEMENTS", options={})
    return {"espace": "ENGAGEMENTS", "permissions": [BOTH[0]]}


def test_the_request_of_a_deactivated_account_is_shown_so_and_not_approved(granted: EspacesDriver) -> None:
    # E-09
    granted.open(espace="FACTURES_EMISES", options={})
    requested = granted.requested(espace="FACTURES_EMISES")
    granted.hear(DEACTIVATED, account_id=COLLEAGUE)
    before = granted.snapshot()

    answer = granted.decide(MANAGER, "APPROVE", requested)
    listed = granted.call("GET", f"/structures/{STRUCTURE}/subscriptions").get_json()["items"]

    assert refusal(answer) == (409, "requester_deactivated")
    assert {item["person"]["is_active"] for item in listed if item["person"]["account_id"] == COLLEAGUE} == {False}
    assert granted.snapshot() == before
    assert granted.decide(MANAGER, "REFUSE", requested, reason="No longer here").status_code == 200
