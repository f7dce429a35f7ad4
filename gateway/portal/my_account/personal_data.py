"""Mes données, under Mon compte: a copy to download, and the erasure of the account (A-15)."""

from collections.abc import Mapping
from functools import partial

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway import personal_data
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.frame import sessions
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import box, text
from gateway.portal.frame.second_clicks import submit_once
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts.current_password import CurrentPasswordForm

BASE = "/mon-compte/donnees"
CODE_DIGITS = 6
ERASED = "Votre compte est effacé. Un dernier courriel le confirme à votre adresse de contact."


class ErasureForm(CurrentPasswordForm):
    code = text(
        "Code de double authentification",
        hint="Seulement si vous l'avez activée : le code de votre application, ou un code de secours.",
        autocomplete="one-time-code", spellcheck="false",
    )  # fmt: skip
    understood = box(
        "J'ai compris que mon compte sera effacé pour de bon",
        sentence="Cochez cette case pour confirmer que vous avez compris.",
    )

    def proof(self) -> dict[str, str | None]:
        """Return password and second factor. An authenticator app shows digits; recovery codes are longer."""
        code = (self.code.data or "").strip()
        method = "code" if len(code.replace(" ", "")) <= CODE_DIGITS else "recovery_code"
        return {"current_password": self.current_password.data, method: code or None}


@portal.get(BASE)
@signed_in
def my_data() -> ResponseReturnValue:
    return _my_data_page(ErasureForm(formdata=None))


@portal.get(f"{BASE}/{personal_data.FILE}")
@signed_in
def download_my_data() -> ResponseReturnValue:
    return personal_data.as_file()


@portal.post(f"{BASE}/effacement")
@signed_in
def erase_my_account() -> ResponseReturnValue:
    form = ErasureForm()
    if not form.validate_on_submit():
        return _my_data_page(form)
    with form.showing_refusals():
        # The first of two clicks ends the session with which the second comes: both are told that it is done.
        submit_once(partial(_erase, form.proof()))
        sessions.close_session()
        flash(ERASED)
        return redirect(url_for("portal.home"), 303)
    return _my_data_page(form)


def _erase(proof: Mapping[str, str | None]) -> None:
    _check_managers()
    services().identity.erase_account(proof)


def _check_managers() -> None:
    """Raise ServiceRefusal when an active structure would lose its only manager; identity knows no structures."""
    if services().structures.managed_alone()["items"]:
        raise ServiceRefusal(409, personal_data.ONLY_MANAGER)


def _my_data_page(form: ErasureForm) -> tuple[str, int]:
    return render_page("my_account/my_data.html", form, managed=services().structures.managed_alone()["items"])
