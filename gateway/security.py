"""Security headers of every answer, and the cookie session of the portal."""

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from gateway.errors import under_api

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
    ),
    # Addresses hold activation tokens and the like: they must not be sent to other sites.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # An answer that says nothing else, such as a page that is not there, may carry the session's cookie.
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
}
TWO_YEARS = "max-age=63072000; includeSubDomains"


def install(app: Flask, *, over_https: bool) -> None:
    headers = HEADERS | ({"Strict-Transport-Security": TWO_YEARS} if over_https else {})

    @app.after_request
    def protect(response: Response) -> Response:
        present = set(response.headers.keys())
        for name, value in headers.items():
            # A page may be stricter than the rest: its own header stands.
            if name not in present:
                response.headers.add(name, value)
        return response


class PortalCookies(SecureCookieSessionInterface):
    """Cookie sessions for the portal only: programs that use the API have none, and do not pay for one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return None if under_api(request.path) else super().open_session(app, request)
