"""Names, postal address and contact e-mail, under Mon compte (A-12)."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, PasswordField
from wtforms.widgets import HiddenInput

from gateway.clients.answers.identity import Account
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.frame import wording
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, email
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts import personal_details

DETAILS = ("contact_email", "last_name", "first_name", "street", "postcode", "town", "country")
CHANGED_MEANWHILE = "account_changed_meanwhile"


class DetailsForm(PortalForm):
    """Form with the version that was read, so that one of two open pages does not undo the changes of the other."""

    last_name = personal_details.last_name()
    first_name = personal_details.first_name()
    street = personal_details.street()
    postcode = personal_details.postcode()
    town = personal_details.town()
    country = personal_details.country()
    version = IntegerField(widget=HiddenInput())
    contact_email = email(
        "Adresse électronique de contact",
        "Indiquez votre adresse de contact.",
        hint="Elle reçoit les notifications. Une nouvelle adresse doit être confirmée, et l'ancienne est prévenue.",
        autocomplete="email",
    )
    current_password = PasswordField(
        "Votre mot de passe actuel",
        description="Seulement pour changer l'adresse de contact.",
        render_kw={"autocomplete": "current-password"},
    )

    def changes(self) -> dict[str, object]:
        password = self.current_password.data
        return {name: self[name].data for name in DETAILS} | ({"current_password": password} if password else {})

    def add_refusal(self, refusal: ServiceRefusal) -> None:
        super().add_refusal(refusal)
        if refusal.code == CHANGED_MEANWHILE:
            self._show_stored(services().identity.my_account())

    def _show_stored(self, stored: Account) -> None:
        """Show stored values beside the person's input, and take over their version: sending again overwrites them."""
        values = _with_awaited_contact_email(stored)
        for name in DETAILS:
            if self[name].data != values[name]:
                value = wording.country(stored["country"]) if name == "country" else values[name]
                self.add_field_error(name, f"Enregistré entre-temps : « {value} ».")
        # The field renders its raw data, the number that was sent, as long as it has any.
        self.version.data, self.version.raw_data = stored["version"], None


@portal.route("/mon-compte/informations", methods=["GET", "POST"])
@signed_in
def my_details() -> ResponseReturnValue:
    stored = services().identity.my_account()
    form = DetailsForm(data=_with_awaited_contact_email(stored))
    if form.validate_on_submit():
        with form.showing_refusals():
            saved = services().identity.change_account(form.version.data or 0, form.changes())
            flash(f"Vos informations sont enregistrées.{_outcome(stored, saved)}")
            return redirect(url_for("portal.my_account"), 303)
    return render_page("my_account/my_details.html", form, account=stored)


def _with_awaited_contact_email(stored: Account) -> dict[str, object]:
    """Return the details as their holder wants them.

    A form that is sent as it came must not withdraw a contact e-mail that waits to be confirmed.
    """
    return {**stored, "contact_email": stored["awaited_contact_email"] or stored["contact_email"]}


def _outcome(stored: Account, saved: Account) -> str:
    awaited = saved["awaited_contact_email"]
    if awaited not in (None, stored["awaited_contact_email"]):
        return f" Pour recevoir les notifications à {awaited}, suivez le lien du courriel qui y est envoyé."
    if saved["contact_email"] != stored["contact_email"]:
        return " Nous prévenons votre ancienne adresse de contact."
    return ""
