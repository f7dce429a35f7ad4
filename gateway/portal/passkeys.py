"""One's own passkeys: added, renamed, removed (A-14)."""

from typing import Any

from flask import abort
from wtforms import HiddenField

from gateway.clients.answers.identity import Passkey
from gateway.clients.errors import ServiceRefusal
from gateway.clients.second_factors import Credential
from gateway.clients.services import services
from gateway.portal.blueprint import page, portal
from gateway.portal.current_password import CurrentPasswordForm, current_password
from gateway.portal.forms import PortalForm, text
from gateway.portal.passkey_forms import PasskeyForm
from gateway.portal.second_factors import BASE, added, to_second_factors
from gateway.portal.sessions import signed_in

HINT = "Pour la reconnaître : « Mon téléphone », « Clé du bureau »…"


class NameForm(PortalForm):
    name = text("Nom de la clé", "Donnez un nom à cette clé d'accès.", hint=HINT, maxlength="100", autocomplete="off")


class NewPasskeyForm(NameForm):
    current_password = current_password()


class RegistrationForm(PasskeyForm):
    name = HiddenField()


@portal.route(f"{BASE}/cles/ajout", methods=["GET", "POST"])
@signed_in
def add_passkey() -> Any:
    form = NewPasskeyForm()
    try:
        if form.sent_and_complete():
            options = services().identity.begin_passkey(form.current_password.data or "")
            return _registration_page(RegistrationForm(formdata=None, name=form.name.data), options)
    except ServiceRefusal as refusal:
        form.blame(refusal)
    return page("add_passkey.html", form)


@portal.post(f"{BASE}/cles/enregistrement")
@signed_in
def register_passkey() -> Any:
    form = RegistrationForm()
    try:
        if form.sent_and_complete():
            codes = services().identity.register_passkey(form.name.data or "", form.answer)
            return added("Votre clé d'accès est ajoutée.", codes)
    except ServiceRefusal as refusal:
        form.blame(refusal)
    begun = NewPasskeyForm(formdata=None, name=form.name.data)
    begun.form_errors = form.form_errors
    return page("add_passkey.html", begun)[0], form.http_status()


@portal.route(f"{BASE}/cles/<int:passkey_id>/nom", methods=["GET", "POST"])
@signed_in
def rename_passkey(passkey_id: int) -> Any:
    passkey = _own(passkey_id)
    form = NameForm(data=passkey)
    try:
        if form.sent_and_complete():
            services().identity.rename_passkey(passkey_id, form.name.data)
            return to_second_factors("Votre clé d'accès a changé de nom.")
    except ServiceRefusal as refusal:
        form.blame(refusal)
    return page("rename_passkey.html", form, passkey=passkey)


@portal.route(f"{BASE}/cles/<int:passkey_id>/retrait", methods=["GET", "POST"])
@signed_in
def remove_passkey(passkey_id: int) -> Any:
    passkey, form = _own(passkey_id), CurrentPasswordForm()
    try:
        if form.sent_and_complete():
            services().identity.remove_passkey(passkey_id, form.current_password.data or "")
            return to_second_factors("Votre clé d'accès est retirée.")
    except ServiceRefusal as refusal:
        form.blame(refusal)
    return page("remove_passkey.html", form, passkey=passkey)


def _own(passkey_id: int) -> Passkey:
    own = {passkey["passkey_id"]: passkey for passkey in services().identity.second_factors()["passkeys"]}
    if passkey_id not in own:
        abort(404)
    return own[passkey_id]


def _registration_page(form: RegistrationForm, options: Credential) -> Any:
    return page("register_passkey.html", form, options=options)
