"""Erasure of an account in espaces: subscriptions end, texts are emptied (A-15)."""

import pytest

from services.espaces.handlers import HANDLERS
from services.espaces.models.read_models import Person
from tests.kit.databases import everything_in
from tests.kit.support import contract_example
from tests.services.espaces.driver import COLLEAGUE, MANAGER, STRANGER, STRUCTURE, EspacesDriver, refusal

pytestmark = pytest.mark.both_databases

WORDS = "Zébulon Quidam m'envoie."
REGISTERED, ACTIVATED, ERASED = (f"identity.account_{what}.v1" for what in ("registered", "activated", "erased"))
DEACTIVATED, CHANGED = "identity.account_deactivated.v1", "identity.account_changed.v1"
ENDED, ROLE_GIVEN = "structures.attachment_ended.v1", "structures.role_given.v1"


@pytest.fixture
def named(espaces: EspacesDriver) -> EspacesDriver:
    """Return a service with the colleague's name and attachment, and TIC open."""
    espaces.hear(REGISTERED, account_id=COLLEAGUE, last_name="Quidamovitch", first_name="Zébuline")
    espaces.hear(ACTIVATED, account_id=COLLEAGUE)
    espaces.attach(COLLEAGUE)
    assert espaces.open().status_code == 201
    return espaces


def erase(espaces: EspacesDriver, account_id: int = COLLEAGUE) -> None:
    espaces.hear(ERASED, account_id=account_id)


def test_nothing_is_left_of_the_person_in_any_row(named: EspacesDriver) -> None:
    refused = named.requested(comment=f"{WORDS} (1)")
    named.decide(MANAGER, "REFUSE", refused, reason=f"{WORDS} (2)")
    named.requested(comment=f"{WORDS} (3)")
    before = everything_in(named.service.database)
    assert "Quidamovitch" in before
    assert WORDS in before

    erase(named)

    after = everything_in(named.service.database)
    assert [text for text in ("Quidamovitch", "Zébuline", WORDS) if text in after] == []


def test_what_an_erased_manager_wrote_to_others_is_emptied(named: EspacesDriver) -> None:
    named.decide(MANAGER, "REFUSE", named.requested(comment="Colleague's"), reason=WORDS)

    erase(named, MANAGER)

    after = everything_in(named.service.database)
    assert WORDS not in after
    assert "Colleague's" in after


def test_live_subscriptions_end_with_the_reason_and_those_that_had_ended_keep_theirs(named: EspacesDriver) -> None:
    (first, second) = named.requested()
    named.decide(MANAGER, "APPROVE", [first])
    named.call("POST", "/subscriptions/removals", COLLEAGUE, json={"subscription_ids": [second]})
    (third,) = named.requested(permissions=["MODIFICATION"])

    erase(named)

    ended = named.payloads("espaces.subscription_ended.v1")
    told = [(event["reason"], [each["subscription_id"] for each in event["subscriptions"]]) for event in ended]
    assert told == [("REMOVED_BY_HOLDER", [second]), ("ACCOUNT_ERASED", [first, third])]
    assert set(named.statuses()) == {"SUPPRIME"}


def test_what_they_opened_stays_open_and_others_stay_subscribed(named: EspacesDriver) -> None:
    erase(named, MANAGER)

    assert named.payloads("espaces.espace_closed.v1") == []
    assert named.access(MANAGER) == "account_inactive"


def test_a_right_ends_with_the_account(named: EspacesDriver) -> None:  # E-11
    named.decide(MANAGER, "APPROVE", named.requested())
    assert named.access() == "granted"

    erase(named)

    assert named.access() == "account_inactive"


def test_erased_twice_ends_once(named: EspacesDriver) -> None:
    named.requested(comment=WORDS)
    erase(named)
    before = everything_in(named.service.database)

    with named.service.database.writing() as session:
        session.info["resources"] = named.service.app.extensions["guichet.service"].resources
        HANDLERS[ERASED](session, contract_example(ERASED, account_id=COLLEAGUE))

    assert everything_in(named.service.database) == before


@pytest.mark.parametrize("late", [REGISTERED, ACTIVATED, DEACTIVATED, CHANGED])
def test_what_comes_late_brings_nobody_back(named: EspacesDriver, late: str) -> None:
    erase(named)

    named.hear(late, account_id=COLLEAGUE)

    with named.service.database.reading() as session:
        person = session.get_one(Person, COLLEAGUE)
    assert (person.last_name, person.first_name, person.is_active, person.is_erased) == (None, None, False, True)


def test_a_token_that_outlives_its_account_writes_nothing_down(named: EspacesDriver) -> None:
    erase(named)
    before = everything_in(named.service.database)

    requested_late, opened = named.request(comment=WORDS), named.open(COLLEAGUE)

    assert (refusal(requested_late), refusal(opened)) == ((403, "not_attached"), (403, "not_attached"))
    assert everything_in(named.service.database) == before


def test_an_attachment_that_ended_is_none(named: EspacesDriver) -> None:  # E-12
    named.hear(ENDED, account_id=COLLEAGUE, attachment_id=12)

    assert named.access() == "not_attached"
    assert refusal(named.request()) == (403, "not_attached")


def test_an_end_heard_before_the_attachment_does_no_harm(named: EspacesDriver) -> None:
    named.hear(ENDED, account_id=STRANGER, attachment_id=99)

    assert named.access(STRANGER, caller=MANAGER) == "not_attached"


def test_who_takes_over_may_open(named: EspacesDriver) -> None:  # E-03, S-12
    named.hear(ENDED, account_id=MANAGER, attachment_id=11)
    named.hear(ROLE_GIVEN, account_id=COLLEAGUE, attachment_id=12)

    opened = named.open(COLLEAGUE, espace="FACTURES_EMISES", options={})

    assert opened.status_code == 201


def test_the_copy_of_ones_data_has_own_words_and_nobody_elses(named: EspacesDriver) -> None:
    named.decide(MANAGER, "REFUSE", named.requested(comment=WORDS), reason="Not now")

    theirs = named.call("GET", "/personal-data", COLLEAGUE).get_json()
    managers = named.call("GET", "/personal-data", MANAGER)

    assert theirs["person"]["last_name"] == "Quidamovitch"
    assert [each["role"] for each in theirs["attachments"]] == ["UTILISATEUR"]
    assert {(each["comment"], each["reason"]) for each in theirs["subscriptions"]} == {(WORDS, "Not now")}
    assert [each["structure_id"] for each in managers.get_json()["openings"]] == [STRUCTURE]
    assert [each["reason"] for each in managers.get_json()["decided_subscriptions"]] == ["Not now", "Not now"]
    assert WORDS not in managers.get_data(as_text=True)


def test_a_stranger_and_a_service_get_no_copy(espaces: EspacesDriver) -> None:
    client, headers = espaces.service.client, espaces.service.service_headers("notifier", "access.check")

    assert refusal(client.get("/personal-data")) == (401, "unauthenticated")
    assert refusal(client.get("/personal-data", headers=headers)) == (403, "forbidden")
