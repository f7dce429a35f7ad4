"""Second step of signing in, and signing in with a passkey alone (A-14)."""

from functools import partial
from typing import TypedDict, cast

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from gateway.clients.answers.identity import SecondStepNeeded, SignedIn
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.messages import refusals
from gateway.portal.frame import known_devices, sessions, single_flight
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, digits, text
from gateway.portal.parts.passkey_forms import PasskeyForm

PENDING_STEP = "second_step"
"""Key of the PendingStep in the cookie session."""
METHOD = "moyen"
METHODS = {"passkey": "cle", "code": "application", "recovery_code": "secours"}
"""Identity's name of each method → its name in the page's address."""
ENDED = "second_step_ended"


class PendingStep(TypedDict):
    challenge: str
    methods: list[str]
    """Methods that the account has, as identity names them."""
    target: str
    """Address where the person was going, or an empty string."""


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


def begin(step: SecondStepNeeded, target: str | None) -> ResponseReturnValue:
    """Send a person with the right password to the second step."""
    # An earlier session in this browser ends here: another person may be signing in.
    session.clear()
    session[PENDING_STEP] = PendingStep(
        challenge=step["challenge"], methods=step["methods"], target=sessions.safe_target(target)
    )
    return redirect(url_for("portal.second_step"), 303)


@portal.route("/connexion/seconde-etape", methods=["GET", "POST"])
def second_step() -> ResponseReturnValue:
    pending = cast(PendingStep | None, session.get(PENDING_STEP))
    if pending is None:
        return redirect(url_for("portal.sign_in"), 303)
    method = _chosen_method(pending["methods"])
    form = FORMS[method]()
    try:
        return _completed(form, method, pending) or _second_step_page(form, method, pending)
    except ServiceRefusal as refusal:
        if refusal.code != ENDED:
            raise
        return _begin_again(refusal)


@portal.route("/connexion/cle-d-acces", methods=["GET", "POST"])
def sign_in_with_passkey() -> ResponseReturnValue:
    form = PasskeySignInForm(suite=request.args.get(sessions.TARGET, ""))
    if form.validate_on_submit():
        with form.showing_refusals():
            answer = form.answer
            # A passkey's answer is good for one use, and a double click sends it twice.
            call = partial(services().identity.sign_in_with_passkey, answer, known_devices.tokens())
            tokens = single_flight.run_once(call, str(answer), stands=sessions.is_open)
            sessions.open_session(tokens)
            return redirect(sessions.safe_target(form.suite.data), 303)
    return render_page("sign_in/passkey_sign_in.html", form, options=services().identity.ask_for_passkey())


def _completed(form: PortalForm, method: str, pending: PendingStep) -> ResponseReturnValue | None:
    """Sign in with the second factor and return the next page; None when the form has to be shown."""
    if not form.validate_on_submit():
        return None
    with form.showing_refusals(except_for={ENDED}):
        sessions.open_session(_checked(pending["challenge"], method, _second_factor(form, method)))
        if method == "recovery_code":
            _flash_codes_left()
        return redirect(sessions.safe_target(pending["target"]), 303)
    # A refused code is never shown again; the right one is another.
    form[method].data = ""
    return None


def _checked(challenge: str, method: str, second_factor: object) -> SignedIn:
    """Return identity's tokens. A challenge is good once: a double click gets the same, while their session is open."""
    call = partial(services().identity.show_second_factor, challenge, known_devices.tokens(), **{method: second_factor})
    return single_flight.run_once(call, challenge, method, str(second_factor), stands=sessions.is_open)


def _chosen_method(methods: list[str]) -> str:
    """Return the method in the address if the account has it, else the account's first."""
    name = request.args.get(METHOD)
    return next((method for method in methods if METHODS[method] == name), methods[0])


def _second_factor(form: PortalForm, method: str) -> object:
    return form.answer if isinstance(form, PasskeyForm) else form[method].data


def _second_step_page(form: PortalForm, method: str, pending: PendingStep) -> ResponseReturnValue:
    options = services().identity.ask_for_second_passkey(pending["challenge"]) if method == "passkey" else None
    others = [(METHODS[other], other) for other in pending["methods"] if other != method]
    return render_page("sign_in/second_step.html", form, method=method, others=others, options=options)


def _flash_codes_left() -> None:
    # The session was opened a moment ago: only from here on do calls carry its token.
    sessions.resume()
    left = services().identity.second_factors()["recovery_codes_left"]
    sentences = {0: "Il ne vous reste aucun code de secours", 1: "Il ne vous reste qu'un code de secours"}
    sentence = sentences.get(left, f"Il vous reste {left} codes de secours")
    flash(f"{sentence}. Vous pouvez en créer de nouveaux dans « Mon compte », « Double authentification ».")


def _begin_again(refusal: ServiceRefusal) -> ResponseReturnValue:
    # The challenge is used up, so only the address where the person was going survives.
    target = session.pop(PENDING_STEP)["target"]
    flash(refusals.sentence(refusal.code, refusal.status))
    return redirect(url_for("portal.sign_in", suite=target or None), 303)
