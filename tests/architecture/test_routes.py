"""What holds for the routes of every service."""

import pytest
from flask import Flask

from chassis.processes.service import AnyService, bare_app
from chassis.web.guards import PUBLIC, Guard
from tests.kit.fleet import services

OPEN_TO_ANYONE = {
    "identity": {
        "POST /captchas",
        "GET /captchas/<uuid:captcha_id>/image",
        "GET /captchas/<uuid:captcha_id>/audio",
        "POST /accounts",
        "POST /activations/resend",
        "POST /activations/check",
        "POST /activations",
        "POST /recoveries/requests",
        "POST /recoveries/check",
        "POST /recoveries",
        "POST /login-emails",
        "POST /login-emails/check",
        "POST /contact-emails",
        "POST /contact-emails/check",
        "POST /sessions",
        "POST /sessions/second-factor",
        "POST /sessions/second-factor/passkey-options",
        "POST /sessions/passkey-options",
        "POST /sessions/passkey",
        "POST /sessions/refresh",
        "POST /oauth/token",
        "GET /.well-known/jwks.json",
    },
    "structures": {"GET /public-structures"},
}
HEALTH = {"GET /live", "GET /ready"}


def guards(app: Flask) -> dict[str, Guard | None]:
    return {
        f"{method} {rule.rule}": getattr(app.view_functions[rule.endpoint], "guard", None)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }


@pytest.mark.parametrize("service", services(), ids=lambda service: service.name)
def test_every_route_declares_its_guard(service: AnyService) -> None:
    found = guards(bare_app(service))

    unguarded = [route for route, guard in found.items() if guard is None]

    assert found
    assert unguarded == []


@pytest.mark.parametrize("service", services(), ids=lambda service: service.name)
def test_only_the_routes_listed_here_are_open_to_anyone(service: AnyService) -> None:
    found = guards(bare_app(service))

    public = {route for route, guard in found.items() if guard is PUBLIC}

    assert public == OPEN_TO_ANYONE.get(service.name, set()) | HEALTH


COSTS_NOBODY_ELSE = {
    "structures": {
        "DELETE /attachments/<int:attachment_id>": "no mail; the next request is bounded",
        "POST /attachments/<int:attachment_id>/activation-mail": "identity sends one in five minutes for an account",
    },
    "espaces": {
        "POST /access/checks": "writes nothing",
        "POST /subscriptions/removals": "mails go to the person alone",
    },
    "notifier": {},
}
"""Routes for people that change something or ask somebody outside, and need no bound."""


@pytest.mark.parametrize("name", COSTS_NOBODY_ELSE)
def test_every_route_that_costs_somebody_else_has_a_bound(name: str) -> None:
    (service,) = [service for service in services() if service.name == name]
    app = bare_app(service)
    bounded = {
        route: bool(getattr(app.view_functions[rule.endpoint], "bounds", ()))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS", "GET"})
        for route in [f"{method} {rule.rule}"]
    }

    assert {route for route, has_bound in bounded.items() if not has_bound} == COSTS_NOBODY_ELSE[name].keys()
