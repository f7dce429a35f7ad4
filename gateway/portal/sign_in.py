"""Signing in and out."""

from functools import partial
from typing import Any

import structlog
from flask import flash, redirect, request, url_for
from wtforms import HiddenField, PasswordField

from gateway.clients.answers.identity import SecondStepNeeded, SignedIn
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal import second_step, sessions
from gateway.portal.blueprint import page, portal
from gateway.portal.forms import PortalForm, email, needed

log = structlog.get_logger()


class SignInForm(PortalForm):
    login_email = email(
        "Adresse électronique de connexion", "Indiquez votre adresse de connexion.", autocomplete="username"
    )
    password = PasswordField(
        "Mot de passe",
        validators=[needed("Saisissez votre mot de passe.")],
        render_kw={"autocomplete": "current-password"},
    )
    suite = HiddenField()


@portal.route("/connexion", methods=["GET", "POST"])
def sign_in() -> Any:
    form = SignInForm(suite=request.args.get(sessions.NEXT, ""))
    if form.sent_and_complete():
        try:
            answer = _signed_in(form)
            if "second_factor_needed" in answer:
                return second_step.begin(answer, form.suite.data)
            sessions.open_session(answer)
            return redirect(sessions.local(form.suite.data), 303)
        except ServiceRefusal as refusal:
            form.blame(refusal)
    elif request.method == "GET" and sessions.is_signed_in():
        return redirect(sessions.local(form.suite.data), 303)
    return page("sign_in.html", form)


def _signed_in(form: SignInForm) -> SignedIn | SecondStepNeeded:
    """The same for a second click, which comes from the same page: its token tells it from other people's."""
    login_email, password = form.login_email.data, form.password.data or ""
    act = partial(services().identity.sign_in, login_email, password)
    return sessions.once(act, form.csrf_token.data or "", login_email, password)


@portal.post("/deconnexion")
def sign_out() -> Any:
    """Signs out here even when identity cannot be told: the session then ends by itself."""
    if sessions.is_signed_in():
        try:
            services().identity.sign_out()
        except ServiceRefusal as refusal:
            log.warning("sign-out not recorded", code=refusal.code)
    sessions.close_session()
    flash("Vous êtes déconnecté.")
    return redirect(url_for("portal.home"), 303)
