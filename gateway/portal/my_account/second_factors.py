"""Second factors of a person's own account: the authenticator app and the recovery codes (A-14)."""

from urllib.parse import parse_qs, urlsplit

import segno
from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.messages import refusals
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, digits, text_of
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts.current_password import CurrentPasswordForm

BASE = "/mon-compte/double-authentification"
QR_PIXELS_PER_MODULE = 5
LONGEST_QR_ADDRESS = 1000
"""Characters; ours have some 150, and a QR code holds no more than 2,953 bytes."""
SECRET_GROUP = 4


class FirstCodeForm(PortalForm):
    code = digits(
        "Code à 6 chiffres", "Saisissez le code que montre votre application.",
        hint="Celui que l'application affiche maintenant pour Guichet.", autocomplete="one-time-code", maxlength="7",
    )  # fmt: skip
    address = HiddenField()
    """Address with the secret, sent back so that a wrong code shows the QR code again; only this page ever has it."""


@portal.get(BASE)
@signed_in
def second_factors() -> ResponseReturnValue:
    return render_page("my_account/second_factors.html", has=services().identity.second_factors())


@portal.route(f"{BASE}/application/ajout", methods=["GET", "POST"])
@signed_in
def add_app() -> ResponseReturnValue:
    form = CurrentPasswordForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            app = services().identity.begin_app(text_of(form.current_password))
            return _qr_page(FirstCodeForm(formdata=None, address=app["address"]))
    return render_page("my_account/add_app.html", form)


@portal.post(f"{BASE}/application/confirmation")
@signed_in
def confirm_app() -> ResponseReturnValue:
    form = FirstCodeForm()
    if form.validate_on_submit():
        try:
            codes = services().identity.confirm_app(text_of(form.code))
            return added("Votre application d'authentification est ajoutée.", codes)
        except ServiceRefusal as refusal:
            # Not begun, begun too long ago, or confirmed already: this QR code leads no further.
            if not refusal.errors and refusal.status == 409:
                flash(refusals.sentence(refusal.code, refusal.status))
                return redirect(url_for("portal.add_app"), 303)
            form.add_refusal(refusal)
            form.code.data = ""
    return _qr_page(form)


@portal.route(f"{BASE}/application/retrait", methods=["GET", "POST"])
@signed_in
def remove_app() -> ResponseReturnValue:
    form = CurrentPasswordForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            services().identity.remove_app(text_of(form.current_password))
            return to_second_factors("Votre application d'authentification est retirée.")
    return render_page("my_account/remove_app.html", form)


@portal.route(f"{BASE}/codes-de-secours", methods=["GET", "POST"])
@signed_in
def renew_recovery_codes() -> ResponseReturnValue:
    form = CurrentPasswordForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            codes = services().identity.renew_recovery_codes(text_of(form.current_password))
            done = "Vos anciens codes ne servent plus."
            return render_page("my_account/recovery_codes.html", codes=codes, done=done)
    return render_page("my_account/renew_recovery_codes.html", form)


def added(done: str, codes: list[str]) -> ResponseReturnValue:
    """Return the page after a second factor was added: for the first one, the recovery codes, shown this once."""
    if codes:
        return render_page("my_account/recovery_codes.html", codes=codes, done=done)
    return to_second_factors(done)


def to_second_factors(done: str) -> ResponseReturnValue:
    flash(done)
    return redirect(url_for("portal.second_factors"), 303)


def _qr_page(form: FirstCodeForm) -> ResponseReturnValue:
    # The address comes back from the browser: nothing but the address of an app is drawn.
    address = form.address.data or ""
    secret = "".join(parse_qs(urlsplit(address).query).get("secret", []))
    if not address.startswith("otpauth://totp/") or not secret or len(address) > LONGEST_QR_ADDRESS:
        return redirect(url_for("portal.add_app"), 303)
    # A data URI, which the content security policy allows: the secret gets no address that logs could hold.
    image = segno.make_qr(address).svg_data_uri(scale=QR_PIXELS_PER_MODULE, dark="#1d2521", light="#fff")
    grouped = " ".join(secret[start : start + SECRET_GROUP] for start in range(0, len(secret), SECRET_GROUP))
    return render_page("my_account/scan_app.html", form, drawn=image, secret=grouped)
