"""Mailed links: used once, in time, unless a newer one replaced them."""

from datetime import timedelta

import pytest

from chassis.ground.clock import now
from services.identity.errors.accounts import (
    ActivationLinkExpired,
    ActivationLinkSuperseded,
    ActivationLinkUsed,
)
from tests.services.identity.builders import a_link

MINUTE = timedelta(minutes=1)


def test_a_link_expires_when_its_time_is_over() -> None:
    at = now()
    link = a_link(issued_at=at, expires_at=at + 60 * MINUTE)

    link.must_be_open(at + 60 * MINUTE - timedelta(microseconds=1))
    with pytest.raises(ActivationLinkExpired):
        link.must_be_open(at + 60 * MINUTE)


def test_a_link_is_used_once() -> None:
    link = a_link()
    link.use(now())

    with pytest.raises(ActivationLinkUsed):
        link.use(now())


def test_a_superseded_link_cannot_be_used() -> None:
    link = a_link()
    link.supersede(now())

    with pytest.raises(ActivationLinkSuperseded):
        link.use(now())


@pytest.mark.parametrize(
    ("link", "refused"),
    [
        (a_link(used_at=now()), ActivationLinkUsed),
        (a_link(superseded_at=now()), ActivationLinkSuperseded),
    ],
)
def test_only_a_standing_link_is_superseded(link: object, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        link.supersede(now())  # type: ignore[attr-defined]


def test_a_link_that_expired_is_superseded_all_the_same() -> None:
    link = a_link(expires_at=now() - MINUTE)

    link.supersede(now())

    assert link.superseded_at is not None
