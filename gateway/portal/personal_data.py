"""Mes données, under Mon compte: a copy to keep, and the end of the account (A-15)."""

from typing import Any

from flask import flash, redirect, url_for

from gateway import personal_data
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal import sessions
from gateway.portal.blueprint import page, portal
from gateway.portal.current_password import CurrentPasswordForm
from gateway.portal.forms import MUST_SIGN_IN, box, text
from gateway.portal.sessions import signed_in

BASE = "/mon-compte/donnees"
CODE_DIGITS = 6
ERASED = "Votre compte est effacé. Un dernier courriel le confirme à votre adresse de contact."
ENDED = "Votre session est terminée. Si vous venez d'effacer votre compte, c'est fait : un courriel vous le confirme."
"""What a second click on the button finds, too."""


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
        """What shows that it is the person: an authenticator app shows digits, recovery codes are longer."""
        code = (self.code.data or "").strip()
        shown = "code" if len(code.replace(" ", "")) <= CODE_DIGITS else "recovery_code"
        return {"current_password": self.current_password.data, shown: code or None}


@portal.get(BASE)
@signed_in
def my_data() -> Any:
    return _my_data_page(ErasureForm(formdata=None))


@portal.get(f"{BASE}/{personal_data.FILE}")
@signed_in
def download_my_data() -> Any:
    return personal_data.as_file()


@portal.post(f"{BASE}/effacement")
@signed_in
def erase_my_account() -> Any:
    form = ErasureForm()
    if not form.sent_and_complete():
        return _my_data_page(form)
    try:
        _leave_no_structure_alone()
        services().identity.erase_account(form.proof())
    except ServiceRefusal as refusal:
        if refusal.code in MUST_SIGN_IN:
            return _signed_out(ENDED)
        form.blame(refusal)
        return _my_data_page(form)
    return _signed_out(ERASED)


def _signed_out(sentence: str) -> Any:
    sessions.close_session()
    flash(sentence)
    return redirect(url_for("portal.home"), 303)


def _leave_no_structure_alone() -> None:
    if services().structures.managed_alone()["items"]:
        raise ServiceRefusal(409, personal_data.ONLY_MANAGER)


def _my_data_page(form: ErasureForm) -> tuple[str, int]:
    return page("my_data.html", form, managed=services().structures.managed_alone()["items"])
