"""Blueprint of all pages: CSRF protection, the signed-in person, cache headers, template filters."""

from pathlib import Path

from flask import Blueprint, Response, render_template, request

from gateway.portal.frame import expired_forms, sessions, wording
from gateway.portal.frame.forms import PortalForm

portal = Blueprint(
    "portal",
    __name__,
    root_path=str(Path(__file__).parent.parent),
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)

STATIC = "portal.static"
# Addresses of static files carry no version, so browsers must ask again soon after a deployment.
STATIC_SECONDS = 600


@portal.before_request
def protect_and_resume() -> None:
    # Static files belong to nobody: they neither need a session nor are worth renewing one.
    if request.endpoint != STATIC:
        expired_forms.protect()
        sessions.resume()


@portal.after_request
def set_cache_headers(response: Response) -> Response:
    """Keep pages out of every cache: they are personal."""
    if request.endpoint == STATIC:
        response.cache_control.max_age, response.cache_control.no_cache = STATIC_SECONDS, None
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


@portal.app_context_processor
def signed_in_person() -> dict[str, bool]:
    return {"is_signed_in": sessions.is_signed_in(), "is_operator": sessions.is_operator()}


@portal.app_template_filter("date_fr")
def date_in_french(value: str) -> str:
    return wording.date(value)


@portal.app_template_filter("moment_fr")
def moment_in_french(value: str) -> str:
    return wording.moment(value)


@portal.app_template_filter("typeset")
def typeset(sentence: str) -> str:
    return wording.typeset(sentence)


def render_page(template: str, form: PortalForm | None = None, **context: object) -> tuple[str, int]:
    """Return a page and its HTTP status: that of the form's errors, else 200."""
    return render_template(template, form=form, **context), form.http_status() if form else 200
