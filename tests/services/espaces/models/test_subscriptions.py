"""Rules of subscriptions, on plain objects with no database."""

from datetime import UTC, datetime

import pytest
import time_machine

from services.espaces.errors.structures import NotAManager
from services.espaces.errors.subscriptions import SubscriptionNotLive, SubscriptionNotPending
from services.espaces.models.openings import EndReason
from services.espaces.models.read_models import Attachment, Role
from services.espaces.models.subscriptions import SubscriptionStatus
from tests.services.espaces.builders import a_subscription, an_attachment
from tests.services.espaces.driver import MANAGER

THEN = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("by", [an_attachment(Role.USER), an_attachment(structure_id=8)])
def test_nobody_but_a_manager_of_the_very_structure_decides(by: Attachment) -> None:  # E-09
    approved, refused = a_subscription(), a_subscription()

    with pytest.raises(NotAManager):
        approved.approve(by)
    with pytest.raises(NotAManager):
        refused.refuse(by, "no")

    assert approved.status is refused.status is SubscriptionStatus.PENDING
    assert refused.reason is None


@pytest.mark.parametrize("status", sorted(set(SubscriptionStatus) - {SubscriptionStatus.PENDING}))
def test_what_does_not_wait_is_not_decided(status: SubscriptionStatus) -> None:  # E-09
    subscription = a_subscription(status)

    with pytest.raises(SubscriptionNotPending):
        subscription.approve(an_attachment())
    with pytest.raises(SubscriptionNotPending):
        subscription.refuse(an_attachment(), "no")

    assert (subscription.status, subscription.decided_by) == (status, None)


@time_machine.travel(THEN, tick=False)
@pytest.mark.parametrize("role", [Role.PRINCIPAL_MANAGER, Role.SECONDARY_MANAGER])
def test_principal_and_secondary_managers_approve(role: Role) -> None:  # E-09
    subscription = a_subscription()

    subscription.approve(an_attachment(role))

    assert subscription.status is SubscriptionStatus.APPROVED
    assert (subscription.decided_by, subscription.decided_at, subscription.reason) == (MANAGER, THEN, None)


@time_machine.travel(THEN, tick=False)
@pytest.mark.parametrize("role", [Role.PRINCIPAL_MANAGER, Role.SECONDARY_MANAGER])
def test_principal_and_secondary_managers_refuse_with_a_reason(role: Role) -> None:  # E-09
    subscription = a_subscription()

    subscription.refuse(an_attachment(role), "Not this year")

    assert (subscription.status, subscription.reason) == (SubscriptionStatus.REFUSED, "Not this year")
    assert (subscription.decided_by, subscription.decided_at) == (MANAGER, THEN)


@pytest.mark.parametrize("status", [SubscriptionStatus.REFUSED, SubscriptionStatus.ENDED])
def test_what_has_ended_does_not_end_again(status: SubscriptionStatus) -> None:  # E-10
    subscription = a_subscription(status)

    with pytest.raises(SubscriptionNotLive):
        subscription.end(EndReason.REMOVED_BY_HOLDER)

    assert (subscription.status, subscription.reason) == (status, None)


@pytest.mark.parametrize("status", [SubscriptionStatus.PENDING, SubscriptionStatus.APPROVED])
def test_what_waits_or_is_approved_ends_with_the_reason(status: SubscriptionStatus) -> None:  # E-10, E-12
    subscription = a_subscription(status)

    subscription.end(EndReason.STRUCTURE_INACTIVE)

    assert (subscription.status, subscription.reason) == (SubscriptionStatus.ENDED, "STRUCTURE_INACTIVE")


def test_a_subscriber_whom_identity_has_not_told_of_is_a_number() -> None:
    subscription = a_subscription()

    subscriber = subscription.subscriber

    assert (subscriber.account_id, subscriber.last_name, subscriber.first_name) == (42, None, None)
