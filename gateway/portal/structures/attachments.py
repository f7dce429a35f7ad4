"""Attachment to a structure that is registered already: a person requests it (step 2 of the guide; S-09)."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.answers.structures import Structure
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.frame import wording
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, long_text
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts.my_role import my_attachment


class AttachmentForm(PortalForm):
    comment = long_text("Commentaire pour le gestionnaire", hint="Par exemple votre fonction dans la structure.")


@portal.route("/structures/<int:structure_id>/rattachement", methods=["GET", "POST"])
@signed_in
def request_attachment(structure_id: int) -> ResponseReturnValue:
    structure = services().structures.structure(structure_id)
    mine = my_attachment(structure_id)
    if mine and mine["status"] in (wording.ATTACHED, wording.PENDING):
        return redirect(url_for("portal.structure", structure_id=structure_id), 303)
    _must_take_requests(structure)
    form = AttachmentForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            services().structures.request_attachment(structure_id, form.comment.data)
            flash(f"Votre demande est transmise à {structure['name']}. Vous serez prévenu par courriel.")
            return redirect(url_for("portal.home"), 303)
    return render_page("structures/request_attachment.html", form, structure=structure)


def _must_take_requests(structure: Structure) -> None:
    """Raise ServiceRefusal where a request would be refused, before anybody writes one."""
    if structure["status"] != wording.ACTIVE:
        raise ServiceRefusal(409, "structure_inactive")
    if not structure["accepts_attachment_requests"]:
        raise ServiceRefusal(409, "attachment_requests_closed")
