"""Deactivation of a person's own account, under Mon compte (A-12)."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.services import services
from gateway.portal.frame import sessions
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import text_of
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts.current_password import CurrentPasswordForm


class DeactivationForm(CurrentPasswordForm):
    pass


@portal.route("/mon-compte/desactivation", methods=["GET", "POST"])
@signed_in
def deactivate_my_account() -> ResponseReturnValue:
    form = DeactivationForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            services().identity.deactivate(text_of(form.current_password))
            sessions.close_session()
            flash("Votre compte est désactivé et vous êtes déconnecté partout. Un courriel vous le confirme.")
            return redirect(url_for("portal.home"), 303)
    managed = services().structures.managed_alone()["items"]
    return render_page("my_account/deactivation.html", form, managed=managed)
