"""Gateway application: the French portal for people and the JSON API for programs, in front of the services."""

from pathlib import Path
from typing import Any

from flask import Flask

from chassis.calls.tokens import JwksKeys, TokenVerifier
from chassis.web import access_log, proxies
from gateway import health, security
from gateway.api import composition, public_api
from gateway.clients import services
from gateway.errors import ProblemsUnderApi
from gateway.portal import pages
from gateway.settings import Settings

LONGEST_BODY_BYTES = 512 * 1024
MOST_FORM_PARTS = 500


def create_app(settings: Settings) -> Flask:
    app = ProblemsUnderApi("gateway", static_folder=None, root_path=str(Path(__file__).parent))
    app.config.update(
        SECRET_KEY=settings.session_secret.reveal(),
        PORTAL_URL=settings.portal_url,
        MAX_CONTENT_LENGTH=LONGEST_BODY_BYTES,
        MAX_FORM_PARTS=MOST_FORM_PARTS,
        SESSION_COOKIE_NAME="__Host-guichet" if settings.secure_cookies else "guichet",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    # Addresses that are nearly right are not there: werkzeug would redirect to whatever host the request names.
    app.url_map.merge_slashes = app.url_map.strict_slashes = False
    app.session_interface = security.PortalCookies()
    access_log.install(app)
    proxies.trust(app, settings.proxies)
    security.install(app, over_https=settings.secure_cookies)
    services.install(app, settings)
    app.extensions["guichet.verifier"] = TokenVerifier(JwksKeys(settings.identity_url))
    app.register_blueprint(health.blueprint)
    public_api.install(app)
    pages.install(app)
    return app


def openapi() -> dict[str, Any]:
    """Return the public API's OpenAPI 3.1 document, composed from the documents of the services."""
    return composition.composed()
