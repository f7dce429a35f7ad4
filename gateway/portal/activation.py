"""Step 1 of the guide, second half: the link of the mail, a password and a secret question (A-05 to A-08)."""

from typing import Any

from flask import flash, redirect, url_for

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.blueprint import page, portal
from gateway.portal.mailed_links import dead_link, is_done
from gateway.portal.new_password import new_password, new_password_again
from gateway.portal.secret_question import QuestionForm
from gateway.portal.sign_up import AddressForm

DEAD_LINKS = {
    "activation_link_unknown": (
        "Ce lien n'est pas valable",
        "Il a peut-être été coupé : copiez-le en entier depuis le courriel. Sinon, demandez-en un nouveau.",
    ),
    "activation_link_expired": (
        "Ce lien a expiré",
        "Il n'était valable que peu de temps. Demandez-en un nouveau : vos informations sont conservées.",
    ),
    "activation_link_used": (
        "Ce lien a déjà servi",
        "Votre compte est activé : il ne vous reste qu'à vous connecter.",
    ),
    "activation_link_superseded": (
        "Un lien plus récent vous a été envoyé",
        "Ouvrez le dernier courriel reçu et suivez son lien. Si vous ne le trouvez pas, demandez-en un nouveau.",
    ),
}


class ActivationForm(QuestionForm):
    password = new_password()
    password_again = new_password_again()


@portal.route("/activation/<token>", methods=["GET", "POST"])
def activation(token: str) -> Any:
    form = ActivationForm()
    try:
        if form.sent_and_complete() and is_done(lambda: _activate(token, form), form, DEAD_LINKS):
            flash("Votre compte est activé. Connectez-vous pour continuer.")
            return redirect(url_for("portal.sign_in"), 303)
        owner = None if form.is_unanswered() else services().identity.check_activation(token)
    except ServiceRefusal as refusal:
        return dead_link("dead_activation_link.html", DEAD_LINKS, refusal, AddressForm(formdata=None))
    return page("activation.html", form, owner=owner)


def _activate(token: str, form: ActivationForm) -> None:
    services().identity.activate(token, form.password.data or "", form.question(), form.secret_answer.data)
