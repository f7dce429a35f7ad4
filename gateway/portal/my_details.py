"""Names, postal address and contact e-mail, under Mon compte (A-12)."""

from typing import Any

from flask import flash, redirect, url_for
from wtforms import IntegerField
from wtforms.widgets import HiddenInput

from gateway.clients.answers.identity import Account
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal import wording
from gateway.portal.blueprint import page, portal
from gateway.portal.forms import PortalForm, email
from gateway.portal.sessions import signed_in
from gateway.portal.sign_up import SignUpForm

DETAILS = ("contact_email", "last_name", "first_name", "street", "postcode", "town", "country")
MEANWHILE = "account_changed_meanwhile"


class DetailsForm(PortalForm):
    """With the version that was read: two pages that save undo nothing of each other without saying so."""

    version = IntegerField(widget=HiddenInput())
    last_name, first_name = SignUpForm.last_name, SignUpForm.first_name
    street, postcode, town, country = SignUpForm.street, SignUpForm.postcode, SignUpForm.town, SignUpForm.country
    contact_email = email(
        "Adresse électronique de contact",
        "Indiquez votre adresse de contact.",
        hint="Elle reçoit les notifications. Si vous la changez, l'ancienne en est prévenue.",
        autocomplete="email",
    )

    def changes(self) -> dict[str, Any]:
        return {name: self[name].data for name in DETAILS}

    def show_what_is_there(self, stored: Account) -> None:
        """What the person typed stays; beside it, what someone, perhaps they themselves, saved meanwhile."""
        values: dict[str, Any] = dict(stored)
        for name in DETAILS:
            if self[name].data != values[name]:
                shown = wording.country(values[name]) if name == "country" else values[name]
                self.blame_field(name, f"Enregistré entre-temps : « {shown} ».")
        self.version.data, self.version.raw_data = stored["version"], None


@portal.route("/mon-compte/informations", methods=["GET", "POST"])
@signed_in
def my_details() -> Any:
    known = services().identity.my_account()
    form = DetailsForm(data=known)
    if form.sent_and_complete():
        try:
            saved = services().identity.change_account(form.version.data or 0, form.changes())
            flash(_done(contact_changed=saved["contact_email"] != known["contact_email"]))
            return redirect(url_for("portal.my_account"), 303)
        except ServiceRefusal as refusal:
            form.blame(refusal)
            if refusal.code == MEANWHILE:
                form.show_what_is_there(services().identity.my_account())
    return page("my_details.html", form)


def _done(*, contact_changed: bool) -> str:
    told = " Nous prévenons votre ancienne adresse de contact." if contact_changed else ""
    return f"Vos informations sont enregistrées.{told}"
