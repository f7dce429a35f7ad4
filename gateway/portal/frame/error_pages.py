"""Error pages: a title, a sentence on the cause, and the next step."""

from dataclasses import dataclass

import structlog
from flask import Flask, current_app, flash, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from gateway.clients.errors import ServiceRefusal
from gateway.messages import refusals
from gateway.portal.frame import sessions
from gateway.portal.frame.forms import ENDED_BY_GUESSES, MUST_SIGN_IN

RETRY_SECONDS = 3
RETRY_SOON_SECONDS = 1

Page = tuple[str, int, dict[str, str]]

log = structlog.get_logger()


@dataclass(frozen=True)
class ErrorText:
    title: str
    sentence: str


TEXTS = {
    400: ErrorText(
        "Cette demande n'a pas pu être lue", "Revenez à la page précédente, actualisez-la, puis recommencez."
    ),
    403: ErrorText("Vous n'avez pas accès à cette page", refusals.SENTENCES["forbidden"]),
    404: ErrorText("Cette page n'existe pas", "Vérifiez l'adresse, ou repartez de l'accueil."),
    405: ErrorText("Cette page s'ouvre autrement", "Repartez de l'accueil, puis suivez les liens et les boutons."),
    413: ErrorText("Votre envoi est trop volumineux", refusals.SENTENCES["too_large"]),
    429: ErrorText("Un peu de patience", refusals.BY_STATUS[429]),
    500: ErrorText("Une erreur est survenue de notre côté", "Réessayez dans quelques instants. Rien n'est perdu."),
    503: ErrorText("Le service est momentanément indisponible", refusals.SENTENCES["service_unavailable"]),
}
TITLES_OF_REFUSALS = {
    403: TEXTS[403].title,
    409: "Cette action n'est plus possible",
    503: TEXTS[503].title,
}
"""Titles for statuses where the code of a refusal says more than the status; its sentence follows the title."""
FORGED = ErrorText(
    "Cette page a expiré",
    "Pour votre sécurité, un formulaire ne sert que pendant la session où il a été ouvert : rien n'a été enregistré. "
    "Revenez à la page, actualisez-la, puis recommencez.",
)
CATCHING_UP = ErrorText(
    "Un instant…", "Nous enregistrons ce que vous venez de faire. Cette page s'affichera d'elle-même."
)


def install(app: Flask) -> None:
    app.register_error_handler(ServiceRefusal, refused)
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unexpected)


def refused(refusal: ServiceRefusal) -> Page | Response:
    """Answer a refusal that no form shows: a page that could not be made at all."""
    if refusal.code in MUST_SIGN_IN:
        if request.method == "GET" and sessions.replace_refused_token():
            return redirect(sessions.safe_target(sessions.return_address()), 303)
        sessions.close_session()
        if refusal.code == ENDED_BY_GUESSES:
            flash(refusals.sentence(refusal.code, refusal.status))
        return sessions.redirect_to_sign_in()
    if refusal.code == "catching_up":
        return error_page(503, CATCHING_UP, RETRY_SOON_SECONDS)
    if title := TITLES_OF_REFUSALS.get(refusal.status):
        return error_page(refusal.status, ErrorText(title, refusals.sentence(refusal.code, refusal.status)))
    return error_page(refusal.status)


def forged(_error: CSRFError) -> Page | Response:
    """Answer a form of another session: lead to the sign-in page where it needs one and there is none."""
    sessions.restore()
    view = current_app.view_functions[request.endpoint or ""]
    if sessions.needs_person(view) and not sessions.is_signed_in():
        return sessions.redirect_to_sign_in()
    return error_page(400, FORGED)


def http_error(error: HTTPException) -> Page | Response:
    status = error.code or 500
    # A redirect of the router, such as one for a missing slash, is an HTTPException too.
    if status < 400:
        return redirect(getattr(error, "new_url", "/"), status)
    # Without a matching rule the blueprint's before_request has not run, and the menu would be that of a stranger.
    if request.url_rule is None:
        sessions.restore()
    return error_page(status)


def unexpected(error: Exception) -> Page:
    log.error("page failed", exc_info=error)
    return error_page(500)


def error_page(status: int, text: ErrorText | None = None, retry_seconds: int = RETRY_SECONDS) -> Page:
    """Return the page, its status and headers. A page that was only read reloads itself; a form is never resent."""
    error = text or TEXTS.get(status) or TEXTS[_nearest(status)]
    retry = retry_seconds if status == 503 and request.method == "GET" else None
    headers = {"Refresh": str(retry)} if retry else {}
    return render_template("frame/error_page.html", error=error, retry=retry), status, headers


def _nearest(status: int) -> int:
    """Return the status with a text that also fits `status`."""
    if status in (410, 422):
        return 404
    return 500 if status >= 500 else 400
