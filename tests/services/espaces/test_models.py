"""The rules of openings and subscriptions, on plain objects."""

from datetime import UTC, datetime

import pytest
import time_machine

from services.espaces.catalogue import Permission
from services.espaces.errors import (
    EspaceAlreadyOpen,
    EspaceNotAvailable,
    EspaceNotOpen,
    NotAManager,
    NotThePrincipalManager,
    PermissionNotOpen,
    SubscriptionNotLive,
    SubscriptionNotPending,
)
from services.espaces.models import (
    Attachment,
    EndReason,
    OpeningStatus,
    Role,
    StructureStatus,
    SubscriptionStatus,
)
from tests.services.espaces.builders import a_structure, a_subscription, an_attachment, an_espace, an_opening
from tests.services.espaces.driver import MANAGER

NOT_FOR_CENTRES = frozenset({"centre_de_gestion"})
THEN = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def test_a_structure_that_is_not_active_can_have_nothing() -> None:  # E-12
    with pytest.raises(EspaceNotAvailable):
        a_structure(status=StructureStatus.INACTIVE).check_can_have(an_espace())


def test_a_centre_de_gestion_cannot_have_what_is_not_for_it() -> None:  # E-05
    centre = a_structure(is_centre_de_gestion=True)

    with pytest.raises(EspaceNotAvailable):
        centre.check_can_have(an_espace(not_for=NOT_FOR_CENTRES))

    centre.check_can_have(an_espace())


def test_what_is_not_for_a_centre_de_gestion_is_for_every_other_structure() -> None:  # E-05
    a_structure().check_can_have(an_espace(not_for=NOT_FOR_CENTRES))


def test_what_every_structure_has_is_open_already() -> None:  # E-04
    with pytest.raises(EspaceAlreadyOpen):
        a_structure().check_can_have(an_espace(for_managers=True))


def test_the_principal_manager_may_open_whatever_the_setting() -> None:  # E-03
    an_attachment(Role.PRINCIPAL_MANAGER).check_may_open(secondary_too=False)
    an_attachment(Role.PRINCIPAL_MANAGER).check_may_open(secondary_too=True)


def test_a_secondary_manager_may_open_only_with_the_setting() -> None:  # E-03
    secondary = an_attachment(Role.SECONDARY_MANAGER)

    with pytest.raises(NotThePrincipalManager):
        secondary.check_may_open(secondary_too=False)

    secondary.check_may_open(secondary_too=True)


@pytest.mark.parametrize("secondary_too", [False, True])
def test_a_user_may_open_nothing_whatever_the_setting(secondary_too: bool) -> None:  # E-03
    with pytest.raises(NotThePrincipalManager):
        an_attachment(Role.USER).check_may_open(secondary_too=secondary_too)


def test_an_opening_offers_what_it_was_opened_with_and_no_more() -> None:  # E-08
    opening = an_opening(Permission.CONSULTATION)

    with pytest.raises(PermissionNotOpen):
        opening.check_offers([Permission.MODIFICATION])
    with pytest.raises(PermissionNotOpen):
        opening.check_offers([Permission.CONSULTATION, Permission.MODIFICATION])

    opening.check_offers([Permission.CONSULTATION])


def test_a_closed_opening_does_not_close_again_and_keeps_its_reason() -> None:  # E-12
    opening = an_opening()
    opening.close(EndReason.STRUCTURE_INACTIVE)

    with pytest.raises(EspaceNotOpen):
        opening.close(EndReason.STRUCTURE_IS_CENTRE_DE_GESTION)

    assert opening.closing_reason is EndReason.STRUCTURE_INACTIVE


@time_machine.travel(THEN, tick=False)
def test_an_opening_closes_with_the_reason_and_the_time() -> None:  # E-12
    opening = an_opening()

    opening.close(EndReason.STRUCTURE_IS_CENTRE_DE_GESTION)

    assert opening.status is OpeningStatus.CLOSED
    assert (opening.closed_at, opening.closing_reason) == (THEN, EndReason.STRUCTURE_IS_CENTRE_DE_GESTION)


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
