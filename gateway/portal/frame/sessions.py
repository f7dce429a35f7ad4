"""Cookie session of the signed-in person: their access and refresh tokens, and no personal data."""

import functools
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import ParamSpec
from urllib.parse import urlsplit

import structlog
from flask import abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from chassis.calls.tokens import OPERATOR
from gateway import current_person
from gateway.clients.answers.identity import SignedIn, Tokens
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.frame import known_devices, single_flight
from gateway.token_claims import claims_of, timestamp

ACCESS, REFRESH = "access", "refresh"
# All calls of one page carry the same token, so it must outlast them.
REFRESH_BEFORE_SECONDS = 30
NEW_SECONDS = 10
TARGET = "suite"
"""Parameter of the sign-in page: the address where the person was going."""
LONGEST_TARGET = 1000
"""Characters; with more, a cookie that keeps it would be dropped by browsers."""
NOTHING_DONE = "Votre session était terminée : votre dernier envoi n'a rien changé. Connectez-vous, puis recommencez."

P = ParamSpec("P")
log = structlog.get_logger()


def open_session(tokens: SignedIn) -> None:
    # Nothing of an earlier person, or of an anonymous visit, survives in the new session.
    session.clear()
    _store(tokens)
    known_devices.remember(tokens)


def close_session() -> None:
    session.clear()
    current_person.set_access_token(None)


def is_open(tokens: SignedIn) -> bool:
    """Return whether the session of an earlier click is still open: identity alone knows what has ended it."""
    try:
        with current_person.acting_with(tokens["access_token"]):
            services().identity.my_account()
    except ServiceRefusal as refusal:
        if refusal.status != HTTPStatus.UNAUTHORIZED:
            raise
        return False
    return True


def end_earlier(tokens: SignedIn) -> None:
    """End the session of an earlier click, in whose place another was opened; without an answer it ends by itself."""
    try:
        with current_person.acting_with(tokens["access_token"]):
            services().identity.sign_out()
    except ServiceRefusal as refusal:
        log.info("session of an earlier click not ended", code=refusal.code)


def resume() -> None:
    """Make this request in the name of the signed-in person, after refreshing a token about to expire."""
    token = session.get(ACCESS)
    if token and _seconds_left(token) < REFRESH_BEFORE_SECONDS:
        _refresh(token)
    restore()


def restore() -> None:
    """Make this request in the name of the signed-in person without refreshing: enough for the frame of a page."""
    current_person.set_access_token(session.get(ACCESS))


def replace_refused_token() -> bool:
    """Refresh a token that a service refused before its end, and tell whether there is another one now.

    The key that signed it may have been withdrawn. A token younger than NEW_SECONDS was refused for another reason:
    it is not refreshed, or the browser would be redirected for ever, and the person signs in instead.
    """
    token = session.get(ACCESS)
    if not token or time.time() - timestamp(token, "iat") < NEW_SECONDS:
        return False
    _refresh(token)
    return session.get(ACCESS) not in (None, token)


def is_signed_in() -> bool:
    return current_person.access_token() is not None


def is_operator() -> bool:
    """Tell whether the token has the operator's role: enough to choose the menu. Identity decides for itself."""
    return claims_of(current_person.access_token() or "").get("role") == OPERATOR


def signed_in(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Send anonymous visitors to the sign-in page, from where they come back."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return view(*args, **kwargs) if is_signed_in() else redirect_to_sign_in()

    guarded.needs_person = True  # type: ignore[attr-defined]
    return guarded


def needs_person(view: Callable[..., object]) -> bool:
    """Tell whether a view is for people who are signed in."""
    return getattr(view, "needs_person", False)


def operators_only(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Answer 404 to signed-in people without the operator's role: these pages do not exist for them."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not is_operator():
            abort(404)
        try:
            return view(*args, **kwargs)
        except ServiceRefusal as refusal:
            # The role was withdrawn after the token was issued: identity says no, and the page is gone.
            if refusal.code == "forbidden":
                abort(404)
            raise

    return signed_in(guarded)


def redirect_to_sign_in() -> Response:
    """Lead to the sign-in page and back; say of a form that it did nothing, for its page will come back empty."""
    if request.method == "POST":
        flash(NOTHING_DONE)
    return redirect(url_for("portal.sign_in", suite=return_address()), 303)


def return_address() -> str:
    """Return the address to come back to: this page with its query; for a form, the address it was sent to."""
    return request.full_path.rstrip("?") if request.method == "GET" else _page_above(request.path)


def _page_above(path: str) -> str:
    """Return the path, or the nearest one above it that can be opened: some addresses take nothing but a form."""
    pages = current_app.url_map.bind("")
    while path and not pages.test(path, "GET"):
        path = path.rpartition("/")[0]
    return path or "/"


def safe_target(target: str | None) -> str:
    """Return `target` when it is a path of this portal, else the home page: no open redirect after signing in."""
    # A backslash is a slash to browsers, and they drop tabs and line ends: `/\\host` and `/\t/host` lead elsewhere.
    is_bounded = bool(target) and len(target or "") <= LONGEST_TARGET
    if not target or not is_bounded or not target.startswith("/") or not target.isprintable() or "\\" in target:
        return url_for("portal.home")
    parts = urlsplit(target)
    leads_elsewhere = parts.scheme or parts.netloc or target.startswith("//")
    return url_for("portal.home") if leads_elsewhere else target


def _store(tokens: SignedIn | Tokens) -> None:
    session[ACCESS], session[REFRESH] = tokens["access_token"], tokens["refresh_token"]


def _refresh(token: str) -> None:
    """Replace the tokens, or close the session when identity refuses and `token` has expired.

    A refusal while `token` is still good does no harm: the next page tries again.
    """
    refresh_token = session.get(REFRESH, "")
    try:
        # Two pages of one browser send the same refresh token; used twice, it would end the session as stolen.
        _store(single_flight.run_once(lambda: services().identity.refresh(refresh_token), refresh_token))
    except ServiceRefusal as refusal:
        log.info("session not renewed", code=refusal.code)
        if _seconds_left(token) > 0:
            return
        if refusal.status >= 500:
            raise
        close_session()


def _seconds_left(token: str) -> float:
    return timestamp(token, "exp") - time.time()
