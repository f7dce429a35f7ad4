"""Refusals by the database itself, whatever the code forgets."""

import pytest

from services.espaces.errors.espaces import EspaceAlreadyOpen
from services.espaces.errors.subscriptions import SubscriptionPending
from services.espaces.models.openings import OpeningStatus
from services.espaces.models.subscriptions import SubscriptionStatus
from services.espaces.use_cases.locks import insert_unique
from tests.services.espaces.builders import a_subscription, an_opening
from tests.services.espaces.driver import EspacesDriver

pytestmark = pytest.mark.both_databases


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
