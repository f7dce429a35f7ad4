"""Step 1 of the guide, first half: the account is asked for (A-01 to A-04)."""

from typing import Any

from flask import redirect, url_for

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.blueprint import page, portal
from gateway.portal.captchas import CaptchaForm
from gateway.portal.forms import PortalForm, country, email, text

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
    last_name = text("Nom", "Indiquez votre nom.", autocomplete="family-name")
    first_name = text("Prénom", "Indiquez votre prénom.", autocomplete="given-name")
    street = text("Numéro et voie", "Indiquez le numéro et la voie.", autocomplete="street-address")
    postcode = text("Code postal", "Indiquez le code postal.", autocomplete="postal-code")
    town = text("Ville", "Indiquez la ville.", autocomplete="address-level2")
    country = country(autocomplete="country")

    def account(self) -> dict[str, Any]:
        fields = (*ACCOUNT_FIELDS, "captcha_id", "captcha_answer")
        contact = {"contact_email": self.contact_email.data} if self.contact_email.data else {}
        return {name: self[name].data for name in fields} | contact


class AddressForm(PortalForm):
    login_email = email(
        "Adresse électronique de connexion", "Indiquez l'adresse de votre compte.", autocomplete="username"
    )


@portal.route("/compte/nouveau", methods=["GET", "POST"])
def sign_up() -> Any:
    form = SignUpForm()
    if form.sent_and_complete():
        try:
            services().identity.sign_up(form.account())
            return redirect(url_for("portal.sign_up_sent"), 303)
        except ServiceRefusal as refusal:
            form.blame(refusal)
    return page("sign_up.html", form)


@portal.get("/compte/nouveau/envoye")
def sign_up_sent() -> Any:
    return page("sign_up_sent.html", AddressForm())


@portal.post("/compte/nouveau/renvoi")
def resend_activation() -> Any:
    """Says the same whether or not the address has an account (A-10)."""
    form = AddressForm()
    if form.sent_and_complete():
        try:
            services().identity.resend_activation(form.login_email.data)
            return redirect(url_for("portal.sign_up_sent", renvoi="oui"), 303)
        except ServiceRefusal as refusal:
            form.blame(refusal)
    return page("sign_up_sent.html", form)
