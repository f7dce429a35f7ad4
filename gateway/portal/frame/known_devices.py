"""Cookie of a browser on which people have signed in: their tries are counted apart from strangers' (A-11).

It opens nothing, outlasts the session, and holds the device tokens of the last people who signed in here.
"""

import re
from datetime import datetime

from flask import after_this_request, current_app, request
from werkzeug.wrappers import Response

from chassis.ground.clock import now
from gateway.clients.answers.identity import SignedIn

MOST_TOKENS = 5
"""Identity takes no more."""
SEPARATOR = "."
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")


def tokens() -> list[str]:
    """Return the device tokens of this browser, the newest first; whatever else its cookie holds is left out."""
    held = request.cookies.get(_name(), "").split(SEPARATOR)
    return [token for token in held if _TOKEN.fullmatch(token)][:MOST_TOKENS]


def remember(signed_in: SignedIn) -> None:
    """Leave the device token of a sign-in in the browser, with this request's answer."""
    # Identity of the release before gives none, while both are running.
    token = signed_in.get("device_token")
    if not token:
        return
    newest = list(dict.fromkeys([token, *tokens()]))[:MOST_TOKENS]
    lifetime = datetime.fromisoformat(signed_in["device_known_until"]) - now()

    @after_this_request
    def set_cookie(response: Response) -> Response:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        # Only the portal's own forms need it, and those come from no other site.
        response.set_cookie(
            _name(), SEPARATOR.join(newest), max_age=lifetime, secure=secure, httponly=True, samesite="Strict"
        )
        return response


def _name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-appareil"
