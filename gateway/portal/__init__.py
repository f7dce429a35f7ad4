"""The French portal: server-rendered pages for people, one file per group of pages."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from gateway.portal import (
    activation,
    attachments,
    captchas,
    deactivation,
    espaces,
    faults,
    history,
    home,
    my_account,
    my_details,
    my_login_email,
    my_secrets,
    my_sessions,
    new_password,
    new_structure,
    operator_accounts,
    operators,
    passkeys,
    people,
    personal_data,
    recovery,
    requests,
    searches,
    second_factors,
    second_step,
    sessions,
    sign_in,
    sign_up,
    structures,
    subscriptions,
    wording,
)
from gateway.portal.blueprint import portal
from gateway.portal.once import Once

__all__ = ["register"]

PAGES = (
    home,
    sign_up,
    captchas,
    activation,
    recovery,
    sign_in,
    second_step,
    my_account,
    my_details,
    my_login_email,
    my_secrets,
    deactivation,
    second_factors,
    passkeys,
    personal_data,
    my_sessions,
    history,
    searches,
    new_structure,
    structures,
    people,
    attachments,
    espaces,
    requests,
    subscriptions,
    operators,
    operator_accounts,
)
"""Importing them puts their pages on the blueprint."""


def register(app: Flask) -> None:
    """Mounts the portal's pages. Only they are protected against forged forms: the API has no cookie to forge with."""
    # Without a referrer (see gateway.security) its comparison would refuse every form; the token alone is enough.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    app.jinja_env.globals.update(words=wording, passwords=new_password)
    CSRFProtect(app)
    app.extensions[sessions.ONCE] = Once()
    faults.install(app)
    app.register_blueprint(portal)
