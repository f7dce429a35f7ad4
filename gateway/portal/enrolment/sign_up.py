"""Sign-up: create an account that waits for its activation (step 1 of the guide; A-01 to A-04)."""

from functools import partial

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.services import services
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, email, text_of
from gateway.portal.frame.second_clicks import submit_once
from gateway.portal.parts import personal_details
from gateway.portal.parts.captchas import CaptchaForm

ACCOUNT_FIELDS = ("login_email", "last_name", "first_name", "street", "postcode", "town", "country")


class SignUpForm(CaptchaForm):
    login_email = email(
        "Adresse électronique de connexion",
        "Indiquez l'adresse avec laquelle vous vous connecterez.",
        hint="Elle vous servira à vous identifier. Par exemple nom@exemple.fr.",
        autocomplete="username",
    )
    contact_email = email(
        "Adresse électronique de contact, si elle est différente",
        hint="Elle recevra les notifications.",
        autocomplete="email",
    )
    last_name = personal_details.last_name()
    first_name = personal_details.first_name()
    street = personal_details.street()
    postcode = personal_details.postcode()
    town = personal_details.town()
    country = personal_details.country()

    def account(self) -> dict[str, str]:
        fields = (*ACCOUNT_FIELDS, "captcha_id", "captcha_answer")
        # Left out when empty: identity then takes the login e-mail.
        contact = {"contact_email": self.contact_email.data} if self.contact_email.data else {}
        return {name: self[name].data for name in fields} | contact


class ActivationMailForm(PortalForm):
    login_email = email(
        "Adresse électronique de connexion", "Indiquez l'adresse de votre compte.", autocomplete="username"
    )


@portal.route("/compte/nouveau", methods=["GET", "POST"])
def sign_up() -> ResponseReturnValue:
    form = SignUpForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            submit_once(partial(services().identity.sign_up, form.account()))
            return redirect(url_for("portal.sign_up_sent"), 303)
    return render_page("enrolment/sign_up.html", form)


@portal.get("/compte/nouveau/envoye")
def sign_up_sent() -> ResponseReturnValue:
    return render_page("enrolment/sign_up_sent.html", ActivationMailForm())


@portal.route("/compte/nouveau/renvoi", methods=["GET", "POST"])
def resend_activation() -> ResponseReturnValue:
    """Send the activation mail again. The answer is the same for an address without an account (A-10)."""
    form = ActivationMailForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            services().identity.resend_activation(text_of(form.login_email))
            return redirect(url_for("portal.sign_up_sent", renvoi="oui"), 303)
    return render_page("enrolment/sign_up_sent.html", form)
