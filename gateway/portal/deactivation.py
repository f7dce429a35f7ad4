"""Deactivating one's account, under Mon compte (A-12)."""

from typing import Any

from flask import flash, redirect, url_for

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal import sessions
from gateway.portal.blueprint import page, portal
from gateway.portal.current_password import CurrentPasswordForm
from gateway.portal.sessions import signed_in


class DeactivationForm(CurrentPasswordForm):
    pass


@portal.route("/mon-compte/desactivation", methods=["GET", "POST"])
@signed_in
def deactivate_my_account() -> Any:
    form = DeactivationForm()
    if form.sent_and_complete():
        try:
            services().identity.deactivate(form.current_password.data or "")
            sessions.close_session()
            flash("Votre compte est désactivé et vous êtes déconnecté partout. Un courriel vous le confirme.")
            return redirect(url_for("portal.home"), 303)
        except ServiceRefusal as refusal:
            form.blame(refusal)
    return page("deactivation.html", form, managed=services().structures.managed_alone()["items"])
