"""The second step of signing in, and signing in with a passkey alone (A-14)."""

from typing import Any

from flask import flash, redirect, request, session, url_for
from wtforms import HiddenField

from gateway import messages
from gateway.clients.answers.identity import SecondStepNeeded, SignedIn
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal import sessions
from gateway.portal.blueprint import page, portal
from gateway.portal.forms import PortalForm, digits, text
from gateway.portal.passkey_forms import PasskeyForm

WAITING = "second_step"
"""In the cookie session: the challenge, what the account can show, and where the person was going."""
METHOD = "moyen"
METHODS = {"passkey": "cle", "code": "application", "recovery_code": "secours"}
"""As identity calls them, and as they stand in the page's address."""


class CodeForm(PortalForm):
    code = digits(
        "Code à 6 chiffres", "Saisissez le code que montre votre application.",
        hint="Il change toutes les 30 secondes.", autocomplete="one-time-code", maxlength="7",
    )  # fmt: skip


class RecoveryCodeForm(PortalForm):
    recovery_code = text(
        "Code de secours", "Saisissez un de vos codes de secours.",
        hint="Un de ceux que vous avez gardés, comme 7K2M-…. Il ne servira qu'une fois.",
        autocomplete="off", spellcheck="false", autocapitalize="characters",
    )  # fmt: skip


class PasskeySignInForm(PasskeyForm):
    suite = HiddenField()


FORMS: dict[str, type[PortalForm]] = {"passkey": PasskeyForm, "code": CodeForm, "recovery_code": RecoveryCodeForm}


def begin(step: SecondStepNeeded, target: str | None) -> Any:
    """Where a person goes whose password was right."""
    session.clear()
    session[WAITING] = {"challenge": step["challenge"], "methods": step["methods"], "target": target or ""}
    return redirect(url_for("portal.second_step"), 303)


@portal.route("/connexion/seconde-etape", methods=["GET", "POST"])
def second_step() -> Any:
    waiting = session.get(WAITING)
    if waiting is None:
        return redirect(url_for("portal.sign_in"), 303)
    method = _chosen(waiting["methods"])
    form = FORMS[method]()
    try:
        if form.sent_and_complete():
            sessions.open_session(_opened(waiting["challenge"], method, _shown(form, method)))
            if method == "recovery_code":
                _tell_how_many_are_left()
            return redirect(sessions.local(waiting["target"]), 303)
    except ServiceRefusal as refusal:
        if refusal.code == "second_step_ended":
            return _begin_again(refusal)
        form.blame(refusal)
        form[method].data = ""
    return _second_step_page(form, method, waiting)


@portal.route("/connexion/cle-d-acces", methods=["GET", "POST"])
def sign_in_with_passkey() -> Any:
    form = PasskeySignInForm(suite=request.args.get(sessions.NEXT, ""))
    try:
        if form.sent_and_complete():
            answer = form.answer
            sessions.open_session(sessions.once(lambda: services().identity.sign_in_with_passkey(answer), str(answer)))
            return redirect(sessions.local(form.suite.data), 303)
    except ServiceRefusal as refusal:
        form.blame(refusal)
    return page("passkey_sign_in.html", form, options=services().identity.ask_for_passkey())


def _opened(challenge: str, method: str, shown: Any) -> SignedIn:
    """The same for a second click, which comes before the browser has seen what the first one opened."""
    return sessions.once(
        lambda: services().identity.show_second_factor(challenge, **{method: shown}), challenge, method, str(shown)
    )


def _chosen(methods: list[str]) -> str:
    """The one in the address if the account has it, else the first that it has."""
    asked = request.args.get(METHOD)
    return next((method for method in methods if METHODS[method] == asked), methods[0])


def _shown(form: PortalForm, method: str) -> Any:
    return form.answer if isinstance(form, PasskeyForm) else form[method].data


def _second_step_page(form: PortalForm, method: str, waiting: dict[str, Any]) -> Any:
    try:
        options = services().identity.ask_for_second_passkey(waiting["challenge"]) if method == "passkey" else None
    except ServiceRefusal as refusal:
        if refusal.code != "second_step_ended":
            raise
        return _begin_again(refusal)
    others = [(METHODS[other], other) for other in waiting["methods"] if other != method]
    return page("second_step.html", form, method=method, others=others, options=options)


def _tell_how_many_are_left() -> None:
    sessions.resume()
    left = services().identity.second_factors()["recovery_codes_left"]
    many = {0: "Il ne vous reste aucun code de secours", 1: "Il ne vous reste qu'un code de secours"}
    sentence = many.get(left, f"Il vous reste {left} codes de secours")
    flash(f"{sentence}. Vous pouvez en créer de nouveaux dans « Mon compte », « Double authentification ».")


def _begin_again(refusal: ServiceRefusal) -> Any:
    target = session.pop(WAITING)["target"]
    flash(messages.for_refusal(refusal.code, refusal.status))
    return redirect(url_for("portal.sign_in", suite=target or None), 303)
