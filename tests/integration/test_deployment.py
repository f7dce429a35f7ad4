"""The guide ends well on the deployment too: PostgreSQL, RabbitMQ, a container for each process."""

import pytest

from embedded.run.fleet import SANDBOX_CAPTCHA
from tests.integration.deployment import Deployment
from tests.journeys.guide import Guide

pytestmark = pytest.mark.containers


def test_the_guide_leads_from_a_new_account_to_a_granted_subscription(deployment: Deployment) -> None:
    # A-01, S-04, E-07, E-08, E-09, E-11, E-14, E-15, N-01, N-03, X-01
    guide = Guide(deployment.api_url, deployment.mailbox, SANDBOX_CAPTCHA, must_be_quick=False)

    guide.play()

    assert guide.expected.total() == 9


def test_events_travel_through_the_broker_and_not_only_by_the_feeds(deployment: Deployment) -> None:
    before = applied_and_healed(deployment)
    Guide(deployment.api_url, deployment.mailbox, SANDBOX_CAPTCHA, must_be_quick=False).play()

    applied, healed = (now - then for now, then in zip(applied_and_healed(deployment), before, strict=True))

    assert 0 <= healed < applied


def applied_and_healed(deployment: Deployment) -> tuple[float, float]:
    """How many events of structures espaces has had, and how many of them from the feed."""
    counted = deployment.metrics("espaces-worker")
    applied, healed = (f'guichet_events_{what}_total{{producer="structures"}}' for what in ("applied", "healed"))
    return counted.get(applied, 0.0), counted.get(healed, 0.0)
