"""A deactivated account whose address is used is told what it is, and a stranger learns nothing (A-09, A-10)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from werkzeug.test import TestResponse

from chassis.ground.clock import now
from services.identity.models.mail_pace import MAIL_INTERVAL
from tests.services.identity.builders import EMAIL, Identity, an_address

pytestmark = pytest.mark.both_databases

ASKED_FOR = "identity.deactivated_account_asked_for.v1"
LATER = MAIL_INTERVAL + timedelta(seconds=1)
OTHER = "autre.personne@exemple.fr"
Ask = Callable[[Identity, str], TestResponse]


def recover(identity: Identity, address: str) -> TestResponse:
    return identity.ask_for_recovery(address)


def sign_up(identity: Identity, address: str) -> TestResponse:
    return identity.sign_up(login_email=address)


def take_as_login_email(identity: Identity, address: str) -> TestResponse:
    return identity.ask_for_login_email(identity.signed_in(OTHER), address)


@pytest.fixture
def deactivated(identity: Identity) -> Identity:
    """Account 1 is deactivated, account 2 is another person's."""
    identity.active_account(contact_email=EMAIL)
    identity.deactivate(identity.signed_in())
    identity.active_account(login_email=OTHER, contact_email=OTHER)
    return identity


@pytest.mark.parametrize("ask", [recover, sign_up, take_as_login_email])
def test_its_holder_is_written_to_and_the_answer_is_that_for_a_stranger(deactivated: Identity, ask: Ask) -> None:
    with time_machine.travel(now() + LATER):
        known, unknown = ask(deactivated, EMAIL), ask(deactivated, an_address())

    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert sorted(known.headers.keys()) == sorted(unknown.headers.keys())
    assert deactivated.events(ASKED_FOR) == [{"account_id": 1}]


@pytest.mark.parametrize("ask", [recover, sign_up])
def test_it_is_written_to_at_the_pace_of_every_account(deactivated: Identity, ask: Ask) -> None:
    with time_machine.travel(now() + LATER):
        for _ in range(3):
            ask(deactivated, EMAIL)
    assert len(deactivated.events(ASKED_FOR)) == 1

    with time_machine.travel(now() + 2 * LATER):
        ask(deactivated, EMAIL)
    assert len(deactivated.events(ASKED_FOR)) == 2


def test_no_recovery_link_is_made_for_it(deactivated: Identity) -> None:
    deactivated.ask_for_recovery(EMAIL)

    assert deactivated.events("identity.recovery_requested.v1") == []
    assert deactivated.issue_recovery_link().status_code == 409
    assert deactivated.history()[-1] == "recovery_asked"
