"""What all pages share: the blueprint, whose name a request is made in, what a page is."""

from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from gateway.portal import sessions, wording
from gateway.portal.forms import PortalForm

portal = Blueprint("portal", __name__, template_folder="templates", static_folder="static", static_url_path="/static")

STATIC = "portal.static"
STATIC_SECONDS = 600


@portal.before_request
def know_the_person_and_their_form() -> None:
    if request.endpoint != STATIC:
        current_app.extensions["csrf"].protect()
        sessions.resume()


@portal.after_request
def keep_pages_out_of_caches(response: Response) -> Response:
    """What a page shows is for one person, now."""
    if request.endpoint == STATIC:
        response.cache_control.max_age, response.cache_control.no_cache = STATIC_SECONDS, None
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


@portal.app_context_processor
def person() -> dict[str, Any]:
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


def page(template: str, form: PortalForm | None = None, **context: Any) -> tuple[str, int]:
    """A page, with the status that its form deserves: 200, or that of what is wrong with it."""
    return render_template(template, form=form, **context), form.http_status() if form else 200
