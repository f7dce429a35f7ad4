"""Mes sessions: on which devices a person is signed in, and ending what should not be (A-13)."""

from typing import Any

from flask import flash, redirect, request, url_for

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.blueprint import page, portal
from gateway.portal.searches import AFTER
from gateway.portal.sessions import signed_in


@portal.get("/mon-compte/sessions")
@signed_in
def my_sessions() -> Any:
    return page("my_sessions.html", sessions=services().identity.sessions(after=request.args.get(AFTER)))


@portal.post("/mon-compte/sessions/<int:session_id>/fin")
@signed_in
def end_session(session_id: int) -> Any:
    """One that ended meanwhile is what the person wanted."""
    try:
        services().identity.end_session(session_id)
    except ServiceRefusal as refusal:
        if refusal.code != "session_unknown":
            raise
    flash("La session est fermée. Sur cet appareil, il faudra se connecter à nouveau.")
    return redirect(url_for("portal.my_sessions"), 303)


@portal.post("/mon-compte/sessions/autres/fin")
@signed_in
def end_other_sessions() -> Any:
    services().identity.end_other_sessions()
    flash("Toutes vos autres sessions sont fermées.")
    return redirect(url_for("portal.my_sessions"), 303)
