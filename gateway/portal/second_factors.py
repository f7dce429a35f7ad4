"""What a person has beside their password: the authenticator app and the recovery codes (A-14)."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import segno
from flask import flash, redirect, url_for
from wtforms import HiddenField

from gateway import messages
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.blueprint import page, portal
from gateway.portal.current_password import CurrentPasswordForm
from gateway.portal.forms import PortalForm, digits
from gateway.portal.sessions import signed_in

BASE = "/mon-compte/double-authentification"
QR_PIXELS_PER_MODULE = 5
SECRET_GROUP = 4


class FirstCodeForm(PortalForm):
    code = digits(
        "Code à 6 chiffres", "Saisissez le code que montre votre application.",
        hint="Celui que l'application affiche maintenant pour Guichet.", autocomplete="one-time-code", maxlength="7",
    )  # fmt: skip
    address = HiddenField()
    """Shown again with a wrong code; only this page ever has it."""


@portal.get(BASE)
@signed_in
def second_factors() -> Any:
    return page("second_factors.html", has=services().identity.second_factors())


@portal.route(f"{BASE}/application/ajout", methods=["GET", "POST"])
@signed_in
def add_app() -> Any:
    form = CurrentPasswordForm()
    try:
        if form.sent_and_complete():
            begun = services().identity.begin_app(form.current_password.data or "")
            return _qr_page(FirstCodeForm(formdata=None, address=begun["address"]))
    except ServiceRefusal as refusal:
        form.blame(refusal)
    return page("add_app.html", form)


@portal.post(f"{BASE}/application/confirmation")
@signed_in
def confirm_app() -> Any:
    form = FirstCodeForm()
    try:
        if form.sent_and_complete():
            codes = services().identity.confirm_app(form.code.data)
            return added("Votre application d'authentification est ajoutée.", codes)
    except ServiceRefusal as refusal:
        if not refusal.errors and refusal.status == 409:
            flash(messages.for_refusal(refusal.code, refusal.status))
            return redirect(url_for("portal.add_app"), 303)
        form.blame(refusal)
        form.code.data = ""
    return _qr_page(form)


@portal.route(f"{BASE}/application/retrait", methods=["GET", "POST"])
@signed_in
def remove_app() -> Any:
    form = CurrentPasswordForm()
    try:
        if form.sent_and_complete():
            services().identity.remove_app(form.current_password.data or "")
            return to_second_factors("Votre application d'authentification est retirée.")
    except ServiceRefusal as refusal:
        form.blame(refusal)
    return page("remove_app.html", form)


@portal.route(f"{BASE}/codes-de-secours", methods=["GET", "POST"])
@signed_in
def renew_recovery_codes() -> Any:
    form = CurrentPasswordForm()
    try:
        if form.sent_and_complete():
            codes = services().identity.renew_recovery_codes(form.current_password.data or "")
            return page("recovery_codes.html", codes=codes, done="Vos anciens codes ne servent plus.")
    except ServiceRefusal as refusal:
        form.blame(refusal)
    return page("renew_recovery_codes.html", form)


def added(done: str, codes: list[str]) -> Any:
    """With the first second factor, the recovery codes are shown, once."""
    return page("recovery_codes.html", codes=codes, done=done) if codes else to_second_factors(done)


def to_second_factors(done: str) -> Any:
    flash(done)
    return redirect(url_for("portal.second_factors"), 303)


def _qr_page(form: FirstCodeForm) -> Any:
    """`address`: otpauth://… as identity gave it, or as this page sends it back."""
    address = form.address.data or ""
    secret = "".join(parse_qs(urlsplit(address).query).get("secret", []))
    if not address.startswith("otpauth://totp/") or not secret:
        return redirect(url_for("portal.add_app"), 303)
    drawn = segno.make_qr(address).svg_data_uri(scale=QR_PIXELS_PER_MODULE, dark="#1d2521", light="#fff")
    grouped = " ".join(secret[start : start + SECRET_GROUP] for start in range(0, len(secret), SECRET_GROUP))
    return page("scan_app.html", form, drawn=drawn, secret=grouped)
