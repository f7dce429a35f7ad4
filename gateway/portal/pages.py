"""Registration of the portal's pages on the gateway's application."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from gateway.portal.assistance import account_search, accounts
from gateway.portal.enrolment import activation, sign_up
from gateway.portal.espaces import openings, subscriptions
from gateway.portal.frame import error_pages, single_flight, wording
from gateway.portal.frame.blueprint import portal
from gateway.portal.home import home
from gateway.portal.my_account import (
    deactivation,
    history,
    my_account,
    my_contact_email,
    my_details,
    my_login_email,
    my_secrets,
    my_sessions,
    passkeys,
    personal_data,
    second_factors,
)
from gateway.portal.parts import captchas, new_password
from gateway.portal.sign_in import recovery, second_step, sign_in
from gateway.portal.structures import attachments, new_structure, pending_requests, people, search, structure

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
    my_contact_email,
    my_login_email,
    my_secrets,
    deactivation,
    second_factors,
    passkeys,
    personal_data,
    my_sessions,
    history,
    search,
    new_structure,
    structure,
    people,
    attachments,
    openings,
    pending_requests,
    subscriptions,
    account_search,
    accounts,
)
"""Modules with views: importing them puts the views on the blueprint."""


def install(app: Flask) -> None:
    """Mount the portal. Only its forms are protected against forgery: the API has no cookie to forge with."""
    # Without a referrer (see gateway.security) its comparison would refuse every form; the token alone is enough.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    app.jinja_env.globals.update(words=wording, passwords=new_password)
    CSRFProtect(app)
    single_flight.install(app)
    error_pages.install(app)
    app.register_blueprint(portal)
