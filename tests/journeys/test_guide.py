"""The guide ends well on the whole system, as `make journey` plays it."""

import pytest

from embedded.run.fleet import SANDBOX_CAPTCHA
from tests.journeys.api import Mailbox
from tests.journeys.guide import SIRET, Guide
from tests.system import System

pytestmark = pytest.mark.system


def test_the_guide_leads_from_a_new_account_to_a_granted_subscription(system: System) -> None:
    # A-01, S-04, E-07, E-08, E-09, E-11, E-14, E-15, N-01, N-03, X-01
    guide = Guide(system.api_url, Mailbox(system.mailbox_url), SANDBOX_CAPTCHA)

    guide.play()

    assert guide.expected.total() == 9


def test_the_guide_can_be_played_again_on_the_same_data(system: System) -> None:
    told: list[str] = []
    guide = Guide(system.api_url, Mailbox(system.mailbox_url), SANDBOX_CAPTCHA, tell=told.append)

    guide.play()

    assert guide.siret != SIRET
    assert any("registered already" in text for text in told)
