"""The page of a structure, and changing it."""

from typing import Any

from flask import flash, redirect, request, url_for

from gateway.clients import clients
from gateway.clients.answers import Attachment
from gateway.clients.errors import ServiceRefusal
from gateway.portal import wording
from gateway.portal.blueprint import page, portal
from gateway.portal.people import people_of
from gateway.portal.sessions import signed_in
from gateway.portal.structure_form import StructureForm

MAX_ITEMS = 100


@portal.get("/structures/<int:structure_id>")
@signed_in
def structure(structure_id: int) -> Any:
    services = clients()
    mine = my_attachment(structure_id)
    role = mine["role"] if mine and mine["status"] == wording.ATTACHED else None
    is_manager = role in wording.MANAGERS
    return page(
        "structure.html",
        structure=services.structures.structure(structure_id),
        mine=mine,
        is_manager=is_manager,
        is_principal=role == wording.PRINCIPAL,
        espaces=services.espaces.of_structure(structure_id)["items"] if role else [],
        people=people_of(structure_id) if is_manager else [],
        is_new="nouvelle" in request.args,
    )


@portal.route("/structures/<int:structure_id>/modifier", methods=["GET", "POST"])
@signed_in
def change_structure(structure_id: int) -> Any:
    known = clients().structures.structure(structure_id)
    form = StructureForm(**known)
    del form.identifier
    if form.sent_and_complete():
        try:
            clients().structures.change(structure_id, form.changes())
            flash("Vos modifications sont enregistrées.")
            return redirect(url_for("portal.structure", structure_id=structure_id), 303)
        except ServiceRefusal as refusal:
            form.blame(refusal)
    return page("change_structure.html", form, structure=known)


def my_attachment(structure_id: int) -> Attachment | None:
    """The person's latest attachment to this structure, asked for or granted."""
    after: str | None = None
    while True:
        found = clients().structures.my_attachments(after=after, limit=MAX_ITEMS)
        mine = [one for one in found["items"] if one["structure"]["structure_id"] == structure_id]
        if mine or not found["next"]:
            return max(mine, key=_weight) if mine else None
        after = found["next"]


def _weight(attachment: Attachment) -> tuple[bool, bool, int]:
    """A granted one says more than one that waits, and that more than one of the past."""
    status = attachment["status"]
    return status == wording.ATTACHED, status == wording.PENDING, attachment["attachment_id"]
