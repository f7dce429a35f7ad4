"""Activation: the link of the mail, a password and a secret question (step 1 of the guide; A-05 to A-08)."""

from functools import partial

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.enrolment.sign_up import ActivationMailForm
from gateway.portal.frame import sessions
from gateway.portal.frame.blueprint import portal
from gateway.portal.frame.forms import text_of
from gateway.portal.frame.second_clicks import submit_once
from gateway.portal.parts.mailed_links import dead_link, mailed_page
from gateway.portal.parts.new_password import new_password, new_password_again
from gateway.portal.parts.secret_question import QuestionForm

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
def activation(token: str) -> ResponseReturnValue:
    form = ActivationForm()
    try:
        return _activated(token, form) or _activation_page(token, form)
    except ServiceRefusal as refusal:
        return dead_link("enrolment/dead_activation_link.html", DEAD_LINKS, refusal, ActivationMailForm(formdata=None))


def _activated(token: str, form: ActivationForm) -> ResponseReturnValue | None:
    """Activate the account and return the next page; None when the form has to be shown.

    The session in this browser ends: it is another person's, whose pages must not say that their account is activated.
    """
    if not form.validate_on_submit():
        return None
    with form.showing_refusals(except_for=DEAD_LINKS):
        password, answer = text_of(form.password), text_of(form.secret_answer)
        submit_once(partial(services().identity.activate, token, password, form.question(), answer))
        sessions.close_session()
        flash("Votre compte est activé. Connectez-vous pour continuer.")
        return redirect(url_for("portal.sign_in"), 303)
    return None


def _activation_page(token: str, form: ActivationForm) -> ResponseReturnValue:
    # While identity does not answer, the page keeps the input rather than wait for it a second time.
    owner = None if form.is_unanswered() else services().identity.check_activation(token)
    return mailed_page("enrolment/activation.html", form, owner=owner)
