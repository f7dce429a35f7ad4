"""Error pages: what happened, and what to do next."""

from dataclasses import dataclass

import structlog
from flask import Flask, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from gateway import messages
from gateway.clients.errors import ServiceRefusal
from gateway.portal import sessions
from gateway.portal.forms import MUST_SIGN_IN

RETRY_SECONDS = 3
RETRY_SOON_SECONDS = 1

Page = tuple[str, int, dict[str, str]]

log = structlog.get_logger()


@dataclass(frozen=True)
class Fault:
    title: str
    sentence: str


FAULTS = {
    400: Fault("Cette demande n'a pas pu être lue", "Revenez à la page précédente, actualisez-la, puis recommencez."),
    403: Fault("Vous n'avez pas accès à cette page", messages.SENTENCES["forbidden"]),
    404: Fault("Cette page n'existe pas", "Vérifiez l'adresse, ou repartez de l'accueil."),
    405: Fault("Cette page s'ouvre autrement", "Repartez de l'accueil, puis suivez les liens et les boutons."),
    413: Fault("Votre envoi est trop volumineux", messages.SENTENCES["too_large"]),
    429: Fault("Un peu de patience", messages.BY_STATUS[429]),
    500: Fault("Une erreur est survenue de notre côté", "Réessayez dans quelques instants. Rien n'est perdu."),
    503: Fault("Le service est momentanément indisponible", messages.SENTENCES["service_unavailable"]),
}
TOLD_IN_THEIR_WORDS = {
    403: FAULTS[403].title,
    409: "Cette action n'est plus possible",
    503: FAULTS[503].title,
}
"""Where the code of a refusal says more than its status."""
FORGED = Fault(
    "Cette page a expiré",
    "Pour votre sécurité, un formulaire ne sert que pendant votre session. Revenez à la page, actualisez-la, "
    "puis recommencez.",
)
CATCHING_UP = Fault("Un instant…", "Nous enregistrons ce que vous venez de faire. Cette page s'affichera d'elle-même.")


def install(app: Flask) -> None:
    app.register_error_handler(ServiceRefusal, refused)
    app.register_error_handler(CSRFError, lambda _: fault_page(400, FORGED))
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unexpected)


def refused(refusal: ServiceRefusal) -> Page | Response:
    """What no form could tell: a page that could not be made at all."""
    if refusal.code in MUST_SIGN_IN:
        if request.method == "GET" and sessions.could_be_renewed():
            return redirect(sessions.local(sessions.here()), 303)
        sessions.close_session()
        return sessions.to_sign_in()
    if refusal.code == "catching_up":
        return fault_page(503, CATCHING_UP, RETRY_SOON_SECONDS)
    if title := TOLD_IN_THEIR_WORDS.get(refusal.status):
        return fault_page(refusal.status, Fault(title, messages.for_refusal(refusal.code, refusal.status)))
    return fault_page(refusal.status)


def http_error(error: HTTPException) -> Page | Response:
    status = error.code or 500
    if status < 400:
        return redirect(getattr(error, "new_url", "/"), status)
    if request.url_rule is None:
        sessions.recall()
    return fault_page(status)


def unexpected(error: Exception) -> Page:
    log.error("page failed", exc_info=error)
    return fault_page(500)


def fault_page(status: int, fault: Fault | None = None, retry_seconds: int = RETRY_SECONDS) -> Page:
    """Only a page that was merely read tries again by itself: a form is never sent twice."""
    shown = fault or FAULTS.get(status) or FAULTS[404 if status in (410, 422) else 500 if status >= 500 else 400]
    retry = retry_seconds if status == 503 and request.method == "GET" else None
    headers = {"Refresh": str(retry)} if retry else {}
    return render_template("fault.html", fault=shown, retry=retry), status, headers
