"""Clocks that differ: identity's is some seconds, or hours, away from those of the services that rely on it."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from chassis.calls.tokens import LEEWAY_SECONDS
from chassis.ground.clock import now
from services.identity.tokens.access_tokens import AccessTokens
from services.identity.tokens.signing_keys import SigningKeys
from tests.integration.by_mail import at_identitys_time, by_mail, link_in, text_of
from tests.kit import keys
from tests.kit.fleet import running, services
from tests.kit.support import ServiceUnderTest
from tests.services.identity.builders import refusal

A_ROUTE = {"structures": "/attachments", "espaces": "/subscriptions", "notifier": "/personal-data"}
"""For people, of each service that relies on identity."""
MINUTES = 15
TOKENS = AccessTokens(
    SigningKeys(json.dumps(keys.KEYS.as_dict(private=True))),
    person=timedelta(minutes=MINUTES),
    service=timedelta(minutes=10),
)
LEEWAY = timedelta(seconds=LEEWAY_SECONDS)
MOMENT = timedelta(seconds=3)
HOUR = timedelta(minutes=60)


@pytest.fixture(
    scope="module",
    params=[service for service in services() if service.name in A_ROUTE],
    ids=lambda service: str(service.name),
)
def service(request: pytest.FixtureRequest) -> Iterator[ServiceUnderTest]:
    with running(request.param) as under_test:
        yield under_test


def status_with_token_made(service: ServiceUnderTest, ahead: timedelta) -> int:
    """`ahead`: how far identity's clock was before the service's."""
    with at_identitys_time(ahead):
        token = TOKENS.for_person(41, 7).value
    route = A_ROUTE[service.app.name]
    return service.client.get(route, headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.mark.parametrize(
    ("ahead", "status"),
    [
        (LEEWAY - MOMENT, 200),
        (LEEWAY + MOMENT, 401),
        (-LEEWAY, 200),
        (-timedelta(minutes=MINUTES) - LEEWAY + MOMENT, 200),
        (-timedelta(minutes=MINUTES) - LEEWAY - MOMENT, 401),
    ],
    ids=["a little ahead", "too far ahead", "a little behind", "behind by almost all", "behind by more"],
)
def test_a_token_is_believed_though_clocks_differ_by_some_seconds_and_not_by_more(
    service: ServiceUnderTest, ahead: timedelta, status: int
) -> None:
    assert status_with_token_made(service, ahead) == status


@pytest.mark.parametrize("ahead", [timedelta(hours=-2), timedelta(seconds=-40), timedelta(0), timedelta(hours=2)])
def test_a_link_is_good_for_an_hour_of_identitys_clock_whatever_the_notifiers_shows(ahead: timedelta) -> None:
    with by_mail(identity_ahead=ahead) as system, system.open_mail_server() as server:
        with at_identitys_time(ahead):
            system.identity.sign_up()
        system.tell()
        system.send()
        token = link_in(server.only_message(), "activation")

        with at_identitys_time(ahead + HOUR - MOMENT):
            in_time = system.identity.check(token)
        with at_identitys_time(ahead + HOUR + MOMENT):
            too_late = system.identity.check(token)

    assert in_time.status_code == 200
    assert refusal(too_late) == (410, "activation_link_expired")
    assert "valable 60 minutes" in text_of(server.only_message())


def test_a_clock_that_is_put_back_reopens_no_link_that_was_used() -> None:
    with by_mail() as system, system.open_mail_server() as server:
        system.identity.sign_up()
        system.tell()
        system.send()
        token = link_in(server.only_message(), "activation")
        assert system.identity.activate(token).status_code == 204

        with time_machine.travel(now() - timedelta(hours=3), tick=True):
            assert refusal(system.identity.activate(token)) == (410, "activation_link_used")
