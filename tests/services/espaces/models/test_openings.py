"""Rules of openings, on plain objects with no database."""

from datetime import UTC, datetime

import pytest
import time_machine

from services.espaces.catalogue.entries import Permission
from services.espaces.errors.espaces import EspaceNotOpen, PermissionNotOpen
from services.espaces.models.openings import EndReason, OpeningStatus
from tests.services.espaces.builders import an_opening

THEN = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


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
