"""Who is signed in: the cookie session holds their access and refresh tokens, and nothing else of them."""

import base64
import binascii
import functools
import json
import time
from collections.abc import Callable
from typing import Any, ParamSpec
from urllib.parse import urlsplit

import structlog
from flask import abort, current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response

from chassis.calls.tokens import OPERATOR
from gateway import person
from gateway.clients.answers.identity import SignedIn
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.once import Answer, Once

ACCESS, REFRESH = "access", "refresh"
RENEW_BEFORE_SECONDS = 30
NEW_SECONDS = 10
ONCE = "guichet.once"
NEXT = "suite"
"""The parameter that says where the person was going."""

P = ParamSpec("P")
log = structlog.get_logger()


def open_session(tokens: SignedIn) -> None:
    session.clear()
    _keep(tokens)


def once(act: Callable[[], Answer], *what: str) -> Answer:
    """What answers something that is not to be done twice (gateway/portal/once.py)."""
    done: Once = current_app.extensions[ONCE]
    return done.ask(act, *what)


def close_session() -> None:
    session.clear()
    person.act_as(None)


def resume() -> None:
    """From here on this request is made in the name of the person signed in, if any."""
    token = session.get(ACCESS)
    if token and _seconds_left(token) < RENEW_BEFORE_SECONDS:
        _renew(token)
    person.act_as(session.get(ACCESS))


def recall() -> None:
    """The same where only the frame of a page depends on it: nothing is renewed."""
    person.act_as(session.get(ACCESS))


def could_be_renewed() -> bool:
    """Whether a person whose token was refused before its time has another one now: its key may have left. Not when
    this one is new: then the reason is another, and they sign in."""
    token = session.get(ACCESS)
    if not token or time.time() - _moment(token, "iat") < NEW_SECONDS:
        return False
    _renew(token)
    return session.get(ACCESS) not in (None, token)


def is_signed_in() -> bool:
    return person.access_token() is not None


def is_operator() -> bool:
    """As the token says: enough to know what to show. Identity decides for itself what is done."""
    return _claims(person.access_token() or "").get("role") == OPERATOR


def signed_in(view: Callable[P, Any]) -> Callable[P, Any]:
    """Pages for people who are signed in; others sign in first and come back."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        return view(*args, **kwargs) if is_signed_in() else to_sign_in()

    return guarded


def operators_only(view: Callable[P, Any]) -> Callable[P, Any]:
    """Pages for operators; for anybody else who is signed in there is no such page."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if not is_operator():
            abort(404)
        try:
            return view(*args, **kwargs)
        except ServiceRefusal as refusal:
            if refusal.code == "forbidden":
                abort(404)
            raise

    return signed_in(guarded)


def to_sign_in() -> Response:
    return redirect(url_for("portal.sign_in", suite=here()), 303)


def here() -> str:
    """The page to come back to: this one, query included; for a form, the address that it was sent to."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def local(target: str | None) -> str:
    """`target` when it is a path of this portal, else the home page: nobody is sent elsewhere after signing in."""
    if not target or not target.startswith("/") or not target.isprintable() or "\\" in target:
        return url_for("portal.home")
    parts = urlsplit(target)
    elsewhere = parts.scheme or parts.netloc or target.startswith("//")
    return url_for("portal.home") if elsewhere else target


def _keep(tokens: SignedIn) -> None:
    session[ACCESS], session[REFRESH] = tokens["access_token"], tokens["refresh_token"]


def _renew(token: str) -> None:
    """A refresh that fails while the token is still good does no harm: the next page tries again."""
    refresh_token = session.get(REFRESH, "")
    try:
        _keep(once(lambda: services().identity.refresh(refresh_token), refresh_token))
    except ServiceRefusal as refusal:
        log.info("session not renewed", code=refusal.code)
        if _seconds_left(token) > 0:
            return
        if refusal.status >= 500:
            raise
        close_session()


def _seconds_left(token: str) -> float:
    """Until the token ends."""
    return _moment(token, "exp") - time.time()


def _moment(token: str, name: str) -> float:
    """A moment in the token, or the beginning of time."""
    try:
        return float(_claims(token)[name])
    except (ValueError, KeyError, TypeError):
        return 0.0


def _claims(token: str) -> dict[str, Any]:
    """What the token says, nothing if it is none. The services verify it, here it is only read."""
    _, _, rest = token.partition(".")
    encoded = rest.partition(".")[0]
    try:
        claims = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
