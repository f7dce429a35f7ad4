"""Address of the client behind reverse proxies (A-11)."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def trust(app: Flask, number: int) -> None:
    """Take the client's address from the outermost of `number` proxies. Earlier entries are the client's own claims."""
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=number, x_proto=0, x_host=0)  # type: ignore[method-assign]
