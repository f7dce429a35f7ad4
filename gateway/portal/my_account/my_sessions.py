"""Mes sessions: the devices with an open session, and the end of a session (A-13)."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts.paging import cursor


@portal.get("/mon-compte/sessions")
@signed_in
def my_sessions() -> ResponseReturnValue:
    return render_page("my_account/my_sessions.html", sessions=services().identity.sessions(after=cursor()))


@portal.post("/mon-compte/sessions/<int:session_id>/fin")
@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    try:
        services().identity.end_session(session_id)
    except ServiceRefusal as refusal:
        # Ended meanwhile, perhaps by the first of two clicks: the person has what they wanted.
        if refusal.code != "session_unknown":
            raise
    flash("La session est fermée. Sur cet appareil, il faudra se connecter à nouveau.")
    return redirect(url_for("portal.my_sessions"), 303)


@portal.post("/mon-compte/sessions/autres/fin")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    services().identity.end_other_sessions()
    flash("Toutes vos autres sessions sont fermées.")
    return redirect(url_for("portal.my_sessions"), 303)
