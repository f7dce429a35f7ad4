"""Second factors of a person's own account: the authenticator app and the recovery codes (A-14)."""

from functools import partial

import segno
from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.messages import refusals
from gateway.portal.frame import kept_secrets
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, digits, text_of
from gateway.portal.frame.second_clicks import submit_once
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts.current_password import CurrentPasswordForm

BASE = "/mon-compte/double-authentification"
QR_PIXELS_PER_MODULE = 5
SECRET_GROUP = 4
NO_LONGER_SHOWN = "Ces codes ne sont plus affichés. Si vous ne les avez pas gardés, créez-en de nouveaux."


class FirstCodeForm(PortalForm):
    code = digits(
        "Code à 6 chiffres", "Saisissez le code que montre votre application.",
        hint="Celui que l'application affiche maintenant pour Guichet.", autocomplete="one-time-code", maxlength="7",
    )  # fmt: skip


class KeptForm(PortalForm):
    pass


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
            app = submit_once(partial(services().identity.begin_app, text_of(form.current_password)))
            kept_secrets.keep(kept_secrets.APP, {"address": app["address"], "secret": app["secret"]})
            return redirect(url_for("portal.link_app"), 303)
    return render_page("my_account/add_app.html", form)


@portal.route(f"{BASE}/application/relier", methods=["GET", "POST"])
@signed_in
def link_app() -> ResponseReturnValue:
    """Show the app's secret, and take its first code."""
    form = FirstCodeForm()
    if form.validate_on_submit():
        try:
            codes = submit_once(partial(services().identity.confirm_app, text_of(form.code)))
            kept_secrets.remove(kept_secrets.APP)
            return added("Votre application d'authentification est ajoutée.", codes)
        except ServiceRefusal as refusal:
            # Not begun, begun too long ago, or confirmed already: this QR code leads no further.
            if not refusal.errors and refusal.status == 409:
                return _begin_app_again(refusals.sentence(refusal.code, refusal.status))
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
        # Sent again before they were kept: others would void those that have just been printed.
        if kept_secrets.read(kept_secrets.RECOVERY_CODES):
            return redirect(url_for("portal.new_recovery_codes"), 303)
        with form.showing_refusals():
            codes = submit_once(partial(services().identity.renew_recovery_codes, text_of(form.current_password)))
            return added("Vos anciens codes ne servent plus.", codes)
    return render_page("my_account/renew_recovery_codes.html", form)


@portal.get(f"{BASE}/codes-de-secours/nouveaux")
@signed_in
def new_recovery_codes() -> ResponseReturnValue:
    secret = kept_secrets.read(kept_secrets.RECOVERY_CODES)
    if secret is None:
        return to_second_factors(NO_LONGER_SHOWN)
    return render_page("my_account/recovery_codes.html", KeptForm(), codes=secret["codes"], done=secret["done"])


@portal.get(f"{BASE}/codes-de-secours/nouveaux.txt")
@signed_in
def download_recovery_codes() -> ResponseReturnValue:
    secret = kept_secrets.read(kept_secrets.RECOVERY_CODES)
    if secret is None:
        return to_second_factors(NO_LONGER_SHOWN)
    text = "\r\n".join(["Codes de secours de Guichet, chacun pour une seule fois", "", *secret["codes"], ""])
    disposition = 'attachment; filename="codes-de-secours-guichet.txt"'
    return Response(text, mimetype="text/plain", headers={"Content-Disposition": disposition})


@portal.post(f"{BASE}/codes-de-secours/gardes")
@signed_in
def recovery_codes_are_kept() -> ResponseReturnValue:
    kept_secrets.remove(kept_secrets.RECOVERY_CODES)
    return redirect(url_for("portal.second_factors"), 303)


def added(done: str, codes: list[str]) -> ResponseReturnValue:
    """Lead on after a second factor was added: with the first one, to the recovery codes."""
    if not codes:
        return to_second_factors(done)
    kept_secrets.keep(kept_secrets.RECOVERY_CODES, {"codes": codes, "done": done})
    return redirect(url_for("portal.new_recovery_codes"), 303)


def to_second_factors(done: str) -> ResponseReturnValue:
    flash(done)
    return redirect(url_for("portal.second_factors"), 303)


def _begin_app_again(sentence: str) -> ResponseReturnValue:
    """Lead on from an app that waits for no code; where the first of two clicks added it, to the recovery codes."""
    kept_secrets.remove(kept_secrets.APP)
    if kept_secrets.read(kept_secrets.RECOVERY_CODES):
        return redirect(url_for("portal.new_recovery_codes"), 303)
    flash(sentence)
    return redirect(url_for("portal.add_app"), 303)


def _qr_page(form: FirstCodeForm) -> ResponseReturnValue:
    app = kept_secrets.read(kept_secrets.APP)
    if app is None:
        return _begin_app_again(refusals.SENTENCES["authenticator_app_not_begun"])
    # A data URI, which the content security policy allows: the secret gets no address that logs could hold.
    image = segno.make_qr(app["address"]).svg_data_uri(scale=QR_PIXELS_PER_MODULE, dark="#1d2521", light="#fff")
    secret = app["secret"]
    grouped = " ".join(secret[start : start + SECRET_GROUP] for start in range(0, len(secret), SECRET_GROUP))
    return render_page("my_account/scan_app.html", form, drawn=image, secret=grouped)
