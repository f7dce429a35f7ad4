"""Whom a request comes from, where there are proxies in between (A-11)."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def trust(app: Flask, number: int) -> None:
    """The client's address is the one that the outermost of `number` proxies saw; what stands before it is hearsay."""
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=number, x_proto=0, x_host=0)  # type: ignore[method-assign]
