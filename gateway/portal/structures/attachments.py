"""Attachment to a structure that is registered already: a person requests it (step 2 of the guide; S-09)."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.services import services
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, long_text
from gateway.portal.frame.sessions import signed_in


class AttachmentForm(PortalForm):
    comment = long_text("Commentaire pour le gestionnaire", hint="Par exemple votre fonction dans la structure.")


@portal.route("/structures/<int:structure_id>/rattachement", methods=["GET", "POST"])
@signed_in
def request_attachment(structure_id: int) -> ResponseReturnValue:
    structure = services().structures.structure(structure_id)
    form = AttachmentForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            services().structures.request_attachment(structure_id, form.comment.data)
            flash(f"Votre demande est transmise à {structure['name']}. Vous serez prévenu par courriel.")
            return redirect(url_for("portal.home"), 303)
    return render_page("structures/request_attachment.html", form, structure=structure)
