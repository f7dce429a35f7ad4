"""Step 2 of the guide, for a structure that is there already: a person asks to be attached (S-09)."""

from typing import Any

from flask import flash, redirect, url_for

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.blueprint import page, portal
from gateway.portal.forms import PortalForm, long_text
from gateway.portal.sessions import signed_in


class AttachmentForm(PortalForm):
    comment = long_text("Commentaire pour le gestionnaire", hint="Par exemple votre fonction dans la structure.")


@portal.route("/structures/<int:structure_id>/rattachement", methods=["GET", "POST"])
@signed_in
def request_attachment(structure_id: int) -> Any:
    structure = services().structures.structure(structure_id)
    form = AttachmentForm()
    if form.sent_and_complete():
        try:
            services().structures.request_attachment(structure_id, form.comment.data)
            flash(f"Votre demande est transmise à {structure['name']}. Vous serez prévenu par courriel.")
            return redirect(url_for("portal.home"), 303)
        except ServiceRefusal as refusal:
            form.blame(refusal)
    return page("request_attachment.html", form, structure=structure)
