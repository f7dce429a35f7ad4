"""Every guarded route of every service, with tokens that identity did not sign for us now, and with those of others."""

import re
from collections.abc import Iterator

import pytest

from chassis.calls.tokens import LEEWAY_SECONDS
from chassis.ground.clock import now
from chassis.processes.service import AnyService
from chassis.web.guards import PERSON, PUBLIC
from tests.architecture.test_routes import guards
from tests.kit import keys
from tests.kit.fleet import running, services
from tests.kit.forgeries import forgeries
from tests.kit.keys import a_token
from tests.kit.support import ServiceUnderTest

MOMENT = 10
"""Seconds on either side of a bound: more than a request takes."""
AN_ARGUMENT = {"int": "1", "uuid": "0190a0b0-0000-7000-8000-000000000001"}


@pytest.fixture(scope="module", params=services(), ids=lambda service: str(service.name))
def service(request: pytest.FixtureRequest) -> Iterator[tuple[AnyService, ServiceUnderTest]]:
    with running(request.param) as under_test:
        yield request.param, under_test


def guarded(under_test: ServiceUnderTest, *, person: bool = False) -> list[tuple[str, str]]:
    """Verb and path of each route that asks for a token; `person`: for a person's."""
    found = {route: guard for route, guard in guards(under_test.app).items() if guard is not PUBLIC}
    chosen = [route for route, guard in found.items() if guard is PERSON or not person]
    return [(verb, _with_arguments(rule)) for verb, rule in (route.split(" ", 1) for route in chosen)]


def _with_arguments(rule: str) -> str:
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: AN_ARGUMENT.get(found[1], "1"), rule)


def outdated() -> dict[str, str]:
    """Signed by identity, but not for us, or not now."""
    at = int(now().timestamp())
    return {
        "expired": a_token(exp=at - LEEWAY_SECONDS - MOMENT),
        "without an end": a_token(exp=None),
        "not yet valid": a_token(nbf=at + LEEWAY_SECONDS + MOMENT),
        "made in the future": a_token(iat=at + 3600, exp=at + 7200),
        "for another audience": a_token(aud="another-system"),
        "for another audience, and us": a_token(aud=["another-system", "guichets"]),
        "of another issuer": a_token(iss="another-issuer"),
        "a service's as a person's": a_token(sub="service:notifier", kind="person"),
        "nobody's": a_token(sub=None),
        "of no kind": a_token(kind=None),
        "of another kind": a_token(kind="operator"),
    }


def answers(under_test: ServiceUnderTest, routes: list[tuple[str, str]], token: str) -> dict[str, int]:
    headers = {"Authorization": f"Bearer {token}"}
    return {
        f"{verb} {path}": under_test.client.open(path, method=verb, headers=headers).status_code
        for verb, path in routes
    }


def test_no_route_takes_a_token_that_identity_did_not_sign_for_us_now(
    service: tuple[AnyService, ServiceUnderTest],
) -> None:  # ASVS 9.1, 9.2
    _, under_test = service
    routes, good = guarded(under_test), a_token(sub="service:notifier", kind="service", scope="feed.read", sid=None)
    assert routes
    assert 401 not in answers(under_test, routes, good).values()

    taken = {
        (fault, route): status
        for fault, token in {**forgeries(a_token(), keys.KEY), **forgeries(good, keys.KEY), **outdated()}.items()
        for route, status in answers(under_test, routes, token).items()
        if status != 401
    }

    assert taken == {}
    assert under_test.recorded() == []


def test_no_route_for_people_takes_a_services_token_whatever_it_may_do(
    service: tuple[AnyService, ServiceUnderTest],
) -> None:
    _, under_test = service
    routes = guarded(under_test, person=True)
    scopes = "feed.read access.check activation_links.issue recovery_links.issue login_email_links.issue person"
    token = a_token(sub="service:41", kind="service", scope=scopes, sid="1")

    found = answers(under_test, routes, token)

    assert {route: status for route, status in found.items() if status != 403} == {}
