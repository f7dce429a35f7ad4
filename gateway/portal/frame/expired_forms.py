"""Forms whose token no longer fits: the session ended or began in another tab, or the browser keeps no cookies.

Such a form does nothing. Where nobody needs to be signed in, its page comes again with what was typed and a fresh
token.
"""

from flask import current_app, g, request
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict

from gateway.portal.frame.sessions import needs_person

EXPIRED = "Cette page avait expiré : rien n'a été enregistré. Vérifiez votre saisie, puis envoyez à nouveau."
WITHOUT_COOKIE = (
    "Cette page avait expiré, ou votre navigateur n'accepte pas les cookies : rien n'a été enregistré. "
    "Envoyez à nouveau ; si ce message revient, autorisez les cookies de ce site, car il ne peut pas s'en passer."
)


def protect() -> None:
    """Raise CSRFError for a forged or expired form, unless its page can be shown again with what was typed."""
    try:
        # By hand, because the check of all requests is off: the API on the same application has no forms.
        current_app.extensions["csrf"].protect()
    except CSRFError:
        if not _can_be_shown_again():
            raise
        g.expired_form = EXPIRED if current_app.config["SESSION_COOKIE_NAME"] in request.cookies else WITHOUT_COOKIE
        # The page is read, not sent: a view acts on what is sent alone.
        request.method = "GET"


def typed() -> MultiDict[str, str] | None:
    """Return what was typed into an expired form; None where there is none."""
    return request.form if reason() else None


def reason() -> str | None:
    """Return the sentence for an expired form; None where there is none."""
    sentence: str | None = g.get("expired_form")
    return sentence


def _can_be_shown_again() -> bool:
    rule, view = request.url_rule, current_app.view_functions[request.endpoint or ""]
    return "GET" in (rule.methods if rule and rule.methods else ()) and not needs_person(view)
