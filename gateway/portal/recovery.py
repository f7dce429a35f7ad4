"""A forgotten password: asking for the mail, then its link and the secret answer (A-09)."""

from typing import Any

from flask import flash, redirect, url_for

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal import sessions
from gateway.portal.blueprint import page, portal
from gateway.portal.captchas import CaptchaForm
from gateway.portal.forms import PortalForm, email, text
from gateway.portal.mailed_links import dead_link, is_done
from gateway.portal.new_password import new_password, new_password_again

DEAD_LINKS = {
    "recovery_link_unknown": (
        "Ce lien n'est pas valable",
        "Il a peut-être été coupé : copiez-le en entier depuis le courriel. Sinon, demandez-en un nouveau.",
    ),
    "recovery_link_expired": (
        "Ce lien a expiré",
        "Il n'était valable que peu de temps. Votre mot de passe n'a pas changé. Demandez un nouveau lien.",
    ),
    "recovery_link_used": (
        "Ce lien a déjà servi",
        "Un nouveau mot de passe a été choisi avec ce lien. Il ne vous reste qu'à vous connecter. "
        "Si ce n'était pas vous, demandez un nouveau lien sans attendre.",
    ),
    "recovery_link_superseded": (
        "Un lien plus récent vous a été envoyé",
        "Ouvrez le dernier courriel reçu et suivez son lien. Si vous ne le trouvez pas, demandez-en un nouveau.",
    ),
    "recovery_link_burnt": (
        "Ce lien ne fonctionne plus",
        "5 réponses fausses ont été données. Votre mot de passe n'a pas changé. "
        "Demandez un nouveau lien : vous aurez de nouveau 5 essais.",
    ),
}


class RecoveryRequestForm(CaptchaForm):
    login_email = email(
        "Adresse électronique de connexion", "Indiquez l'adresse de votre compte.", autocomplete="username"
    )


class RecoveryForm(PortalForm):
    secret_answer = text(
        "Votre réponse", "Répondez à votre question secrète.", hint="Majuscules et accents ne comptent pas.",
        autocomplete="off",
    )  # fmt: skip
    password = new_password("Nouveau mot de passe")
    password_again = new_password_again("Nouveau mot de passe, une seconde fois")


@portal.route("/mot-de-passe/oublie", methods=["GET", "POST"])
def forgotten_password() -> Any:
    form = RecoveryRequestForm()
    if form.sent_and_complete():
        try:
            services().identity.request_recovery(
                form.login_email.data, form.captcha_id.data or "", form.captcha_answer.data
            )
            return redirect(url_for("portal.recovery_sent"), 303)
        except ServiceRefusal as refusal:
            form.blame(refusal)
    return page("forgotten_password.html", form)


@portal.get("/mot-de-passe/oublie/envoye")
def recovery_sent() -> Any:
    """Says the same whether or not the address has an account (A-10)."""
    return page("recovery_sent.html")


@portal.route("/recuperation/<token>", methods=["GET", "POST"])
def recovery(token: str) -> Any:
    """It opens no session, and ends the one that this browser may have."""
    form = RecoveryForm()
    try:
        if form.sent_and_complete() and is_done(lambda: _recover(token, form), form, DEAD_LINKS):
            sessions.close_session()
            flash("Votre mot de passe est changé. Connectez-vous avec le nouveau.")
            return redirect(url_for("portal.sign_in"), 303)
        owner = services().identity.check_recovery(token)
    except ServiceRefusal as refusal:
        return dead_link("dead_recovery_link.html", DEAD_LINKS, refusal)
    return page("recovery.html", form, owner=owner)


def _recover(token: str, form: RecoveryForm) -> None:
    services().identity.recover(token, form.secret_answer.data, form.password.data or "")
