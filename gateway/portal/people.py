"""The people of a structure, as its managers see them, and what they do for them."""

import math
from typing import Any

from flask import flash, redirect, url_for

from gateway.clients import clients
from gateway.clients.answers import Attachment
from gateway.clients.errors import ServiceRefusal
from gateway.portal import wording
from gateway.portal.blueprint import portal
from gateway.portal.sessions import signed_in

MAX_ITEMS = 100
SENT = "Le courriel d'activation est envoyé à nouveau. Le lien qu'il contient remplace les précédents."
NOT_NEEDED = "Ce compte n'attend plus d'être activé : aucun courriel n'est envoyé."
ALREADY_SENT = "Un courriel d'activation vient déjà d'être demandé pour cette personne."


def people_of(structure_id: int) -> list[Attachment]:
    """Those who are attached."""
    return clients().structures.attachments_of(structure_id, status=wording.ATTACHED, limit=MAX_ITEMS)["items"]


@portal.post("/structures/<int:structure_id>/personnes/<int:attachment_id>/activation")
@signed_in
def send_activation_mail(structure_id: int, attachment_id: int) -> Any:
    """A-06."""
    flash(_outcome(attachment_id))
    return redirect(url_for("portal.structure", structure_id=structure_id), 303)


def _outcome(attachment_id: int) -> str:
    """In words; raises what the page of the structure would not help with."""
    try:
        clients().structures.send_activation_mail(attachment_id)
    except ServiceRefusal as refusal:
        if refusal.code in ("account_already_active", "account_not_pending"):
            return NOT_NEEDED
        if refusal.code == "mail_asked_too_soon":
            return f"{ALREADY_SENT} {_wait(refusal.retry_after)}"
        raise
    return SENT


def _wait(retry_after: str | None) -> str:
    """Until the next one can be asked for. `retry_after`: seconds."""
    if not retry_after or not retry_after.isdecimal():
        return "Attendez quelques minutes avant d'en demander un autre."
    minutes = max(1, math.ceil(int(retry_after) / 60))
    return f"Vous pourrez en demander un autre dans {minutes} minute{'s' if minutes > 1 else ''}."
