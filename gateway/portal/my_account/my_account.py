"""Mon compte: personal information, attachments and subscriptions."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.services import services
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.sessions import signed_in

ATTACHMENTS_CURSOR = "rattachements_suivants"
"""Parameter of the address: this page has two lists, and only this one is paged here."""


@portal.get("/mon-compte")
@signed_in
def my_account() -> ResponseReturnValue:
    clients = services()
    return render_page(
        "my_account/my_account.html",
        account=clients.identity.my_account(),
        attachments=clients.structures.my_attachments(after=request.args.get(ATTACHMENTS_CURSOR)),
        subscriptions=clients.espaces.my_subscriptions(),
    )


@portal.post("/mon-compte/rattachements/<int:attachment_id>/annulation")
@signed_in
def cancel_attachment(attachment_id: int) -> ResponseReturnValue:
    services().structures.cancel_attachment(attachment_id)
    flash("Votre demande de rattachement est annulée.")
    return redirect(url_for("portal.my_account"), 303)
