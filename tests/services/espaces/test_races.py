"""Races between requests and events at the same moment."""

from collections import Counter
from collections.abc import Callable

import pytest

from services.espaces.errors.espaces import EspaceAlreadyOpen
from services.espaces.errors.subscriptions import SubscriptionPending
from services.espaces.models.openings import OpeningStatus
from services.espaces.models.subscriptions import SubscriptionStatus
from services.espaces.use_cases.locks import insert_unique
from tests.kit.together import together
from tests.services.espaces.builders import a_subscription, an_opening
from tests.services.espaces.driver import COLLEAGUE, MANAGER, STRANGER, TIC, EspacesDriver

pytestmark = pytest.mark.both_databases

AT_ONCE = 4
OPENED, CLOSED = "espaces.espace_opened.v1", "espaces.espace_closed.v1"
REQUESTED, ENDED = "espaces.subscription_requested.v1", "espaces.subscription_ended.v1"
APPROVED, REFUSED = "espaces.subscription_approved.v1", "espaces.subscription_refused.v1"


def statuses(*calls: Callable[[], int]) -> Counter[int]:
    """Count the results of racing calls: statuses of answers, and 0 of events."""
    return Counter(together(*calls))


def test_of_racing_openings_one_succeeds(espaces: EspacesDriver) -> None:  # E-03, E-07
    answers = statuses(*[lambda: espaces.open().status_code] * AT_ONCE)

    assert answers == {201: 1, 409: AT_ONCE - 1}
    assert espaces.events() == [OPENED]
    assert len(espaces.call("GET", "/subscriptions").get_json()["items"]) == 2


def test_of_racing_openings_of_different_espaces_each_succeeds(espaces: EspacesDriver) -> None:  # E-03
    answers = statuses(
        lambda: espaces.open().status_code,
        lambda: espaces.open(espace="ENGAGEMENTS", options={}).status_code,
    )

    assert answers == {201: 2}


def test_of_racing_requests_one_succeeds(tic: EspacesDriver) -> None:  # E-08
    answers = statuses(*[lambda: tic.request().status_code] * AT_ONCE)

    assert answers == {201: 1, 409: AT_ONCE - 1}
    assert tic.statuses() == ["EN_COURS_DE_VALIDATION"] * 2
    assert tic.events().count(REQUESTED) == 1


def test_of_two_managers_who_decide_at_once_one_decides(tic: EspacesDriver) -> None:  # E-09
    tic.attach(STRANGER, attachment_id=14, role="GESTIONNAIRE_SECONDAIRE")
    numbers = tic.requested()

    answers = statuses(
        lambda: tic.decide(MANAGER, "APPROVE", numbers).status_code,
        lambda: tic.decide(STRANGER, "REFUSE", numbers[::-1], reason="No").status_code,
    )

    assert answers == {200: 1, 409: 1}
    assert tic.statuses() in (["VALIDE"] * 2, ["REFUSE"] * 2)
    assert tic.events().count(APPROVED) + tic.events().count(REFUSED) == 1


def test_a_request_given_up_while_it_is_approved_is_ended_in_the_end(tic: EspacesDriver) -> None:  # E-09, E-10
    numbers = tic.requested()
    removal = {"subscription_ids": numbers}

    answers = statuses(
        lambda: tic.decide(MANAGER, "APPROVE", numbers).status_code,
        lambda: tic.call("POST", "/subscriptions/removals", COLLEAGUE, json=removal).status_code,
    )

    assert answers in ({200: 2}, {200: 1, 409: 1})
    assert tic.statuses() == ["SUPPRIME"] * 2
    assert tic.access() == "no_subscription"


def test_what_is_removed_twice_at_once_ends_once(tic: EspacesDriver) -> None:  # E-10
    removal = {"subscription_ids": tic.requested()}

    answers = statuses(
        *[lambda: tic.call("POST", "/subscriptions/removals", COLLEAGUE, json=removal).status_code] * AT_ONCE
    )

    assert answers == {200: 1, 409: AT_ONCE - 1}
    assert tic.events().count(ENDED) == 1


def test_no_opening_survives_a_structure_that_becomes_a_centre_de_gestion_meanwhile(espaces: EspacesDriver) -> None:
    # E-05
    def change() -> int:
        espaces.hear("structures.structure_changed.v1")
        return 0

    answers = statuses(change, lambda: espaces.open().status_code)

    opened = answers[201]
    assert answers == Counter({0: 1, 201: 1} if opened else {0: 1, 409: 1})
    assert espaces.events() == ([OPENED, CLOSED, ENDED] if opened else [])
    assert TIC not in espaces.menu(MANAGER)


def test_no_request_survives_the_closing_of_its_espace_meanwhile(tic: EspacesDriver) -> None:  # E-05, E-12
    def change() -> int:
        tic.hear("structures.structure_changed.v1")
        return 0

    answers = statuses(change, lambda: tic.request().status_code)

    assert answers[0] == 1
    assert tic.statuses() == ["SUPPRIME"] * 2 * answers[201]


def test_what_is_given_up_while_its_espace_closes_ends_once_and_keeps_its_first_reason(tic: EspacesDriver) -> None:
    # E-10, E-12
    removal = {"subscription_ids": tic.requested()}

    def change() -> int:
        tic.hear("structures.structure_changed.v1")
        return 0

    answers = statuses(change, lambda: tic.call("POST", "/subscriptions/removals", COLLEAGUE, json=removal).status_code)

    reason = "REMOVED_BY_HOLDER" if answers[200] else "STRUCTURE_IS_CENTRE_DE_GESTION"
    items = tic.call("GET", "/subscriptions", COLLEAGUE).get_json()["items"]
    assert [(item["status"], item["reason"]) for item in items] == [("SUPPRIME", reason)] * 2
    assert [one["reason"] for one in tic.payloads(ENDED) if one["account_id"] == COLLEAGUE] == [reason]


def test_the_database_itself_keeps_an_espace_from_being_open_twice(tic: EspacesDriver) -> None:  # E-03
    with tic.service.database.writing() as session:
        session.add(an_opening(status=OpeningStatus.CLOSED))

    with pytest.raises(EspaceAlreadyOpen), tic.service.database.writing() as session:
        insert_unique(session, [an_opening()], refusal=EspaceAlreadyOpen)


@pytest.mark.parametrize("status", [SubscriptionStatus.PENDING, SubscriptionStatus.APPROVED])
def test_the_database_itself_keeps_a_person_from_a_second_live_subscription(
    tic: EspacesDriver, status: SubscriptionStatus
) -> None:  # E-08
    tic.requested()
    with tic.service.database.writing() as session:
        session.add_all([a_subscription(SubscriptionStatus.REFUSED), a_subscription(SubscriptionStatus.ENDED)])

    with pytest.raises(SubscriptionPending), tic.service.database.writing() as session:
        insert_unique(session, [a_subscription(status)], refusal=SubscriptionPending)
