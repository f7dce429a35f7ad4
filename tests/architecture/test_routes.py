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
