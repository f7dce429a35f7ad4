"""Openings, requests, decisions and endings of subscriptions that race, on PostgreSQL."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.espaces.models.subscriptions import LIVE, Subscription, SubscriptionStatus
from tests.integration.races.racing import ROUNDS, outcomes
from tests.kit.together import together
from tests.services.espaces.driver import COLLEAGUE, MANAGER, OPTIONS, STRANGER, TIC, EspacesDriver

pytestmark = pytest.mark.containers

TO_OPEN: dict[str, dict[str, str]] = {
    "FACTURES_EMISES": {},
    "ENGAGEMENTS": {},
    "FRAIS_DE_JUSTICE": {},
    TIC: OPTIONS,
}
"""With the options of each."""
SECOND_COLLEAGUE, NEWCOMER = 44, 45
numbers = count(100)
"""Of structures and attachments."""
OPENED, CLOSED = "espaces.espace_opened.v1", "espaces.espace_closed.v1"
REQUESTED, ENDED = "espaces.subscription_requested.v1", "espaces.subscription_ended.v1"
APPROVED, REFUSED = "espaces.subscription_approved.v1", "espaces.subscription_refused.v1"


def test_of_racing_openings_of_one_espace_one_succeeds(espaces: EspacesDriver) -> None:  # E-03, E-07
    for _ in range(ROUNDS):
        structure_id = a_structure(espaces)
        answers = together(*[partial(espaces.open, structure_id=structure_id)] * 3)

        assert outcomes(answers) == {(201, None): 1, (409, "espace_already_open"): 2}
        assert len(statuses(espaces, structure_id)) == 2

    assert espaces.events() == [OPENED] * ROUNDS


def test_openings_of_different_espaces_at_once_all_succeed(espaces: EspacesDriver) -> None:  # E-03
    for _ in range(ROUNDS):
        structure_id = a_structure(espaces)
        answers = together(
            *(
                partial(espaces.open, structure_id=structure_id, espace=espace, options=options)
                for espace, options in TO_OPEN.items()
            )
        )

        assert outcomes(answers) == {(201, None): len(TO_OPEN)}


def test_of_racing_requests_one_succeeds(espaces: EspacesDriver) -> None:  # E-08
    for _ in range(ROUNDS):
        structure_id = a_structure_with_tic_open(espaces)
        answers = together(*[partial(espaces.request, structure_id=structure_id)] * 3)

        assert outcomes(answers) == {(201, None): 1, (409, "subscription_pending"): 2}
        assert list(statuses(espaces, structure_id, COLLEAGUE).values()) == [SubscriptionStatus.PENDING] * 2

    assert espaces.events().count(REQUESTED) == ROUNDS


def test_managers_who_decide_on_the_same_subscriptions_in_opposite_order_do_not_stop_each_other(
    espaces: EspacesDriver,
) -> None:  # E-09
    for _ in range(ROUNDS):
        structure_id = a_structure_with_everything_open(espaces)
        some = ask_for_everything(espaces, structure_id, COLLEAGUE)
        answers = together(
            partial(espaces.decide, MANAGER, "APPROVE", some),
            partial(espaces.decide, STRANGER, "REFUSE", some[::-1], reason="No"),
        )

        assert outcomes(answers) == {(200, None): 1, (409, "subscription_not_pending"): 1}
        assert len(set(statuses(espaces, structure_id, COLLEAGUE).values())) == 1

    counts = Counter(espaces.events())
    assert counts[APPROVED] + counts[REFUSED] == ROUNDS * len(TO_OPEN)


def test_a_request_given_up_while_it_is_approved_is_ended_in_the_end(espaces: EspacesDriver) -> None:  # E-09, E-10
    for _ in range(ROUNDS):
        structure_id = a_structure_with_tic_open(espaces)
        requested = espaces.requested(structure_id=structure_id)
        approved, removed = together(
            partial(espaces.decide, MANAGER, "APPROVE", requested), removal_of(espaces, requested)
        )

        assert (approved.status_code, removed.status_code) in ((200, 200), (409, 200))
        assert set(statuses(espaces, structure_id, COLLEAGUE).values()) == {SubscriptionStatus.ENDED}
        assert espaces.access(structure_id=structure_id) == "no_subscription"


def test_what_is_removed_twice_at_once_ends_once(espaces: EspacesDriver) -> None:  # E-10
    for _ in range(ROUNDS):
        requested = espaces.requested(structure_id=a_structure_with_tic_open(espaces))
        answers = together(*[removal_of(espaces, requested)] * 3)

        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]

    assert espaces.events().count(ENDED) == ROUNDS


def test_no_opening_survives_a_structure_that_becomes_a_centre_de_gestion_meanwhile(espaces: EspacesDriver) -> None:
    # E-05
    for _ in range(ROUNDS):
        structure_id, before = a_structure(espaces), len(espaces.events())
        _, status = together(
            partial(become_centre_de_gestion, espaces, structure_id),
            status_of(partial(espaces.open, structure_id=structure_id)),
        )

        assert status in (201, 409)
        assert espaces.events()[before:] == ([OPENED, CLOSED, ENDED] if status == 201 else [])


def test_what_is_given_up_while_its_espace_closes_ends_once_and_keeps_its_first_reason(espaces: EspacesDriver) -> None:
    # E-10, E-12
    for _ in range(ROUNDS):
        structure_id = a_structure_with_tic_open(espaces)
        requested = espaces.requested(structure_id=structure_id)
        removed = status_of(removal_of(espaces, requested))
        _, status = together(partial(become_centre_de_gestion, espaces, structure_id), removed)

        reason = "REMOVED_BY_HOLDER" if status == 200 else "STRUCTURE_IS_CENTRE_DE_GESTION"
        with espaces.service.database.reading() as session:
            reasons = session.scalars(select(Subscription.reason).where(Subscription.id.in_(requested))).all()
        assert reasons == [reason] * 2
        endings = [one for one in espaces.payloads(ENDED) if one["structure_id"] == structure_id]
        assert [one["reason"] for one in endings if one["account_id"] == COLLEAGUE] == [reason]


def test_espaces_that_close_while_people_decide_remove_and_ask_leave_no_subscription_live(
    espaces: EspacesDriver,
) -> None:  # E-09, E-10, E-12
    for _ in range(ROUNDS):
        structure_id = a_structure_with_everything_open(espaces)
        own = ask_for_everything(espaces, structure_id, COLLEAGUE)
        others = ask_for_everything(espaces, structure_id, SECOND_COLLEAGUE, reverse=True)
        answers = together(
            partial(close_everything, espaces, structure_id),
            partial(espaces.decide, MANAGER, "APPROVE", (own + others)[::-1]),
            partial(espaces.decide, STRANGER, "REFUSE", others, reason="No"),
            partial(espaces.call, "POST", "/subscriptions/removals", COLLEAGUE, json={"subscription_ids": own[::-1]}),
            partial(espaces.request, NEWCOMER, structure_id=structure_id),
        )

        assert {answer.status_code for answer in answers if answer} <= {200, 201, 409}
        assert not LIVE & set(statuses(espaces, structure_id).values())

    ended = Counter(one["subscription_id"] for payload in espaces.payloads(ENDED) for one in payload["subscriptions"])
    assert set(ended.values()) == {1}
    assert ended.keys() == {one for one, status in statuses(espaces).items() if status is SubscriptionStatus.ENDED}


def a_structure(espaces: EspacesDriver) -> int:
    """With its manager and a colleague."""
    structure_id, number = next(numbers), partial(next, numbers)
    espaces.hear("structures.structure_created.v1", structure_id=structure_id, attachment_id=number())
    espaces.attach(COLLEAGUE, number(), structure_id=structure_id)
    return structure_id


def a_structure_with_tic_open(espaces: EspacesDriver) -> int:
    structure_id = a_structure(espaces)
    assert espaces.open(structure_id=structure_id).status_code == 201
    return structure_id


def removal_of(espaces: EspacesDriver, subscription_ids: list[int]) -> Callable[[], TestResponse]:
    body = {"subscription_ids": subscription_ids}
    return partial(espaces.call, "POST", "/subscriptions/removals", COLLEAGUE, json=body)


def status_of(call: Callable[[], TestResponse]) -> Callable[[], int]:
    return lambda: call().status_code


def become_centre_de_gestion(espaces: EspacesDriver, structure_id: int) -> int:
    """Receive the event, and return 0, which is no status."""
    espaces.hear("structures.structure_changed.v1", structure_id=structure_id)
    return 0


def a_structure_with_everything_open(espaces: EspacesDriver) -> int:
    """With two managers, two colleagues, and one more who has asked for nothing yet."""
    structure_id = a_structure(espaces)
    for account_id in (SECOND_COLLEAGUE, NEWCOMER):
        espaces.attach(account_id, next(numbers), structure_id=structure_id)
    espaces.attach(STRANGER, next(numbers), structure_id=structure_id, role="GESTIONNAIRE_SECONDAIRE")
    for espace, options in TO_OPEN.items():
        assert espaces.open(structure_id=structure_id, espace=espace, options=options).status_code == 201
    return structure_id


def ask_for_everything(
    espaces: EspacesDriver, structure_id: int, account_id: int, *, reverse: bool = False
) -> list[int]:
    """The numbers of the requests: `reverse`, in the other order of espaces."""
    wanted = sorted(TO_OPEN, reverse=reverse)
    return [
        number
        for espace in wanted
        for number in espaces.requested(account_id=account_id, structure_id=structure_id, espace=espace)
    ]


def close_everything(espaces: EspacesDriver, structure_id: int) -> None:
    espaces.hear("structures.structure_changed.v1", structure_id=structure_id, status="INACTIF")


def statuses(espaces: EspacesDriver, structure_id: int | None = None, account_id: int | None = None) -> dict[int, Any]:
    """Of the subscriptions by their numbers."""
    chosen = select(Subscription.id, Subscription.status)
    if structure_id is not None:
        chosen = chosen.where(Subscription.structure_id == structure_id)
    if account_id is not None:
        chosen = chosen.where(Subscription.account_id == account_id)
    with espaces.service.database.reading() as session:
        return {one.id: one.status for one in session.execute(chosen)}
