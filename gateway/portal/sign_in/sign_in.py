"""Sign-in with a password, and sign-out."""

from functools import partial

import structlog
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, PasswordField

from gateway.clients.answers.identity import SecondStepNeeded, SignedIn
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.frame import known_devices, sessions, single_flight
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, email, needed, text_of
from gateway.portal.sign_in import second_step

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
def sign_in() -> ResponseReturnValue:
    form = SignInForm(suite=request.args.get(sessions.TARGET, ""))
    if form.validate_on_submit():
        with form.showing_refusals():
            return _next_page(_checked(form), form.suite.data)
    elif request.method == "GET" and sessions.is_signed_in():
        return redirect(sessions.safe_target(form.suite.data), 303)
    return render_page("sign_in/sign_in.html", form)


def _next_page(answer: SignedIn | SecondStepNeeded, target: str | None) -> ResponseReturnValue:
    if "second_factor_needed" in answer:
        return second_step.begin(answer, target)
    sessions.open_session(answer)
    return redirect(sessions.safe_target(target), 303)


def _checked(form: SignInForm) -> SignedIn | SecondStepNeeded:
    """Return identity's answer to the credentials; clicks at the same moment get it together.

    A later one has the password compared again, which may have been changed since, and gets a session in place of the
    first: its answer rested on a password that may not be good any more.
    """
    login_email, password = text_of(form.login_email), text_of(form.password)
    # The CSRF token belongs to one browser: another person with the same credentials gets a session of their own.
    key = form.csrf_token.data or "", login_email, password
    earlier = single_flight.take(*key)
    call = partial(services().identity.sign_in, login_email, password, known_devices.tokens())
    answer = single_flight.run_once(call, *key)
    if earlier is not None and "access_token" in earlier:
        sessions.end_earlier(earlier)
    return answer


@portal.post("/deconnexion")
def sign_out() -> ResponseReturnValue:
    """End the session here, also while identity does not answer: the session then expires by itself."""
    if sessions.is_signed_in():
        try:
            services().identity.sign_out()
        except ServiceRefusal as refusal:
            log.warning("sign-out not recorded", code=refusal.code)
    sessions.close_session()
    flash("Vous êtes déconnecté.")
    return redirect(url_for("portal.home"), 303)
