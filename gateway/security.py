"""What every answer tells the browser to refuse, and who has a cookie at all."""

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from gateway.errors import under_api

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
TWO_YEARS = "max-age=63072000; includeSubDomains"


def install(app: Flask, *, over_https: bool) -> None:
    headers = HEADERS | ({"Strict-Transport-Security": TWO_YEARS} if over_https else {})

    @app.after_request
    def protect(response: Response) -> Response:
        given = set(response.headers.keys())
        for name, value in headers.items():
            if name not in given:
                response.headers.add(name, value)
        return response


class PortalCookies(SecureCookieSessionInterface):
    """A program that uses the API has no session, and does not pay for one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return None if under_api(request.path) else super().open_session(app, request)
