"""Historique: what happened to a person's account."""

from typing import Any

from flask import request

from gateway.clients.services import services
from gateway.portal.blueprint import page, portal
from gateway.portal.searches import AFTER
from gateway.portal.sessions import signed_in


@portal.get("/mon-compte/historique")
@signed_in
def history() -> Any:
    return page("history.html", history=services().identity.history(after=request.args.get(AFTER)))
