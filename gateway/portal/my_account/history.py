"""Historique: the events of a person's account, the latest first."""

from flask.typing import ResponseReturnValue

from gateway.clients.services import services
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts.paging import cursor


@portal.get("/mon-compte/historique")
@signed_in
def history() -> ResponseReturnValue:
    return render_page("my_account/history.html", history=services().identity.history(after=cursor()))
