"""Page of a structure, and its changes."""

from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.services import services
from gateway.portal.frame import wording
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts.my_role import must_manage, my_attachment, role_of
from gateway.portal.structures.change_form import ChangeForm
from gateway.portal.structures.people import people_of


@portal.get("/structures/<int:structure_id>")
@signed_in
def structure(structure_id: int) -> ResponseReturnValue:
    clients = services()
    mine = my_attachment(structure_id)
    role = role_of(mine)
    is_manager = role in wording.MANAGERS
    return render_page(
        "structures/structure.html",
        structure=clients.structures.structure(structure_id),
        mine=mine,
        is_manager=is_manager,
        is_principal=role == wording.PRINCIPAL,
        espaces=clients.espaces.of_structure(structure_id)["items"] if role else [],
        people=people_of(structure_id) if is_manager else [],
        is_new="nouvelle" in request.args,
    )


@portal.route("/structures/<int:structure_id>/modifier", methods=["GET", "POST"])
@signed_in
def change_structure(structure_id: int) -> ResponseReturnValue:
    must_manage(structure_id)
    stored, version = services().structures.structure_with_version(structure_id)
    form = ChangeForm(**stored, version=version)
    # An identifier is for life: it has no field on this page.
    del form.identifier
    if form.validate_on_submit():
        with form.showing_refusals():
            services().structures.change(structure_id, form.changes(), form.version.data or "")
            flash("Vos modifications sont enregistrées.")
            return redirect(url_for("portal.structure", structure_id=structure_id), 303)
        if form.http_status() == HTTPStatus.PRECONDITION_FAILED:
            form.show_stored(*services().structures.structure_with_version(structure_id))
    return render_page("structures/change_structure.html", form, structure=stored)
