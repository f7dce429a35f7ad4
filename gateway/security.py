"""What every answer tells the browser to refuse."""

from flask import Flask, Response

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
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response
