"""Mon compte: personal information, attachments and subscriptions."""

from typing import Any

from flask import flash, redirect, request, url_for

from gateway.clients.services import services
from gateway.portal.blueprint import page, portal
from gateway.portal.sessions import signed_in

LATER_ATTACHMENTS = "rattachements_suivants"


@portal.get("/mon-compte")
@signed_in
def my_account() -> Any:
    clients = services()
    return page(
        "my_account.html",
        account=clients.identity.my_account(),
        attachments=clients.structures.my_attachments(after=request.args.get(LATER_ATTACHMENTS)),
        subscriptions=clients.espaces.my_subscriptions(),
    )


@portal.post("/mon-compte/rattachements/<int:attachment_id>/annulation")
@signed_in
def cancel_attachment(attachment_id: int) -> Any:
    services().structures.cancel_attachment(attachment_id)
    flash("Votre demande de rattachement est annulée.")
    return redirect(url_for("portal.my_account"), 303)
