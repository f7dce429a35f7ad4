"""Passkeys of a person's own account: added, renamed, removed (A-14)."""

from functools import partial

from flask import abort
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from gateway.clients.answers.identity import Passkey
from gateway.clients.second_factors import Credential
from gateway.clients.services import services
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, text, text_of
from gateway.portal.frame.second_clicks import submit_once
from gateway.portal.frame.sessions import signed_in
from gateway.portal.my_account.second_factors import BASE, added, to_second_factors
from gateway.portal.parts.current_password import CurrentPasswordForm, current_password
from gateway.portal.parts.passkey_forms import PasskeyForm

HINT = "Pour la reconnaître : « Mon téléphone », « Clé du bureau »…"


class NameForm(PortalForm):
    name = text("Nom de la clé", "Donnez un nom à cette clé d'accès.", hint=HINT, maxlength="100", autocomplete="off")


class NewPasskeyForm(NameForm):
    current_password = current_password()


class RegistrationForm(PasskeyForm):
    name = HiddenField()


@portal.route(f"{BASE}/cles/ajout", methods=["GET", "POST"])
@signed_in
def add_passkey() -> ResponseReturnValue:
    form = NewPasskeyForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            options = services().identity.begin_passkey(text_of(form.current_password))
            return _registration_page(RegistrationForm(formdata=None, name=form.name.data), options)
    return render_page("my_account/add_passkey.html", form)


@portal.post(f"{BASE}/cles/enregistrement")
@signed_in
def register_passkey() -> ResponseReturnValue:
    form = RegistrationForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            call = partial(services().identity.register_passkey, form.name.data or "", form.answer)
            codes = submit_once(call)
            return added("Votre clé d'accès est ajoutée.", codes)
    # The challenge is used up, so a new try starts at the form before this page, with the name that was typed.
    first_form = NewPasskeyForm(formdata=None, name=form.name.data)
    first_form.form_errors = [sentence for _, sentence in form.error_summary()]
    return render_page("my_account/add_passkey.html", first_form)[0], form.http_status()


@portal.route(f"{BASE}/cles/<int:passkey_id>/nom", methods=["GET", "POST"])
@signed_in
def rename_passkey(passkey_id: int) -> ResponseReturnValue:
    passkey = _own_passkey(passkey_id)
    form = NameForm(data=passkey)
    if form.validate_on_submit():
        with form.showing_refusals():
            services().identity.rename_passkey(passkey_id, text_of(form.name))
            return to_second_factors("Votre clé d'accès a changé de nom.")
    return render_page("my_account/rename_passkey.html", form, passkey=passkey)


@portal.route(f"{BASE}/cles/<int:passkey_id>/retrait", methods=["GET", "POST"])
@signed_in
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    passkey, form = _own_passkey(passkey_id), CurrentPasswordForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            services().identity.remove_passkey(passkey_id, text_of(form.current_password))
            return to_second_factors("Votre clé d'accès est retirée.")
    return render_page("my_account/remove_passkey.html", form, passkey=passkey)


def _own_passkey(passkey_id: int) -> Passkey:
    """Return the person's passkey with this number; abort with 404 when they have none such."""
    own = {passkey["passkey_id"]: passkey for passkey in services().identity.second_factors()["passkeys"]}
    if passkey_id not in own:
        abort(404)
    return own[passkey_id]


def _registration_page(form: RegistrationForm, options: Credential) -> ResponseReturnValue:
    return render_page("my_account/register_passkey.html", form, options=options)
