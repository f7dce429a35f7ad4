"""People of a structure, for its managers: attachments in force, and activation mails."""

import math

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.answers.structures import ManagedAttachment
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.frame import wording
from gateway.portal.frame.blueprint import portal
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts.paging import LARGEST_PAGE

SENT = "Le courriel d'activation est envoyé à nouveau. Le lien qu'il contient remplace les précédents."
NOT_NEEDED = "Ce compte n'attend plus d'être activé : aucun courriel n'est envoyé."
ALREADY_SENT = "Un courriel d'activation vient déjà d'être demandé pour cette personne."


def people_of(structure_id: int) -> list[ManagedAttachment]:
    """Return the attachments in force, each with its person."""
    return services().structures.attachments_of(structure_id, status=wording.ATTACHED, limit=LARGEST_PAGE)["items"]


@portal.post("/structures/<int:structure_id>/personnes/<int:attachment_id>/activation")
@signed_in
def send_activation_mail(structure_id: int, attachment_id: int) -> ResponseReturnValue:
    """Send the activation mail again at a manager's request (A-06)."""
    flash(_outcome(attachment_id))
    return redirect(url_for("portal.structure", structure_id=structure_id), 303)


def _outcome(attachment_id: int) -> str:
    """Send the mail and return the outcome in words. Raise other refusals: the structure's page explains none."""
    try:
        services().structures.send_activation_mail(attachment_id)
    except ServiceRefusal as refusal:
        if refusal.code in ("account_already_active", "account_not_pending"):
            return NOT_NEEDED
        if refusal.code == "mail_asked_too_soon":
            return f"{ALREADY_SENT} {_wait(refusal.retry_after)}"
        raise
    return SENT


def _wait(retry_after: str | None) -> str:
    """Return the wait in words. `retry_after`: seconds, as the header of that name has them."""
    if not retry_after or not retry_after.isdecimal():
        return "Attendez quelques minutes avant d'en demander un autre."
    minutes = max(1, math.ceil(int(retry_after) / 60))
    return f"Vous pourrez en demander un autre dans {minutes} minute{'s' if minutes > 1 else ''}."
