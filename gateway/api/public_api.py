"""Public JSON API, under /api/v1, and its documentation."""

from flask import Blueprint, Flask

from gateway import errors
from gateway.api import documentation, forwarding
from gateway.api.routes import ROUTES, Route
from gateway.clients.errors import ServiceRefusal


def install(app: Flask) -> None:
    blueprint = Blueprint("api", __name__, template_folder="templates", static_folder="static", url_prefix="/api")
    for route in ROUTES:
        blueprint.add_url_rule(
            _rule(route),
            f"{route.method} {route.path}".replace(".", "-"),
            forwarding.forwarding(route),
            methods=[route.method],
            provide_automatic_options=False,
        )
    documentation.install(blueprint)
    blueprint.register_error_handler(ServiceRefusal, errors.from_service)
    blueprint.register_error_handler(errors.Refused, errors.from_gateway)
    blueprint.register_error_handler(Exception, errors.unexpected)
    app.register_blueprint(blueprint)


def _rule(route: Route) -> str:
    """Return a path in Flask's syntax. A parameter has no converter: its service checks what the segment holds."""
    return "/v1" + route.path.replace("{", "<").replace("}", ">")
