"""Recovery of a forgotten password: a mail, then its link and the secret answer (A-09)."""

from functools import partial

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.frame import sessions
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, email, text, text_of
from gateway.portal.frame.second_clicks import submit_once
from gateway.portal.parts.captchas import CaptchaForm
from gateway.portal.parts.mailed_links import dead_link, mailed_page
from gateway.portal.parts.new_password import new_password, new_password_again

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
def forgotten_password() -> ResponseReturnValue:
    form = RecoveryRequestForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            request = text_of(form.login_email), text_of(form.captcha_id), text_of(form.captcha_answer)
            submit_once(partial(services().identity.request_recovery, *request))
            return redirect(url_for("portal.recovery_sent"), 303)
    return render_page("sign_in/forgotten_password.html", form)


@portal.get("/mot-de-passe/oublie/envoye")
def recovery_sent() -> ResponseReturnValue:
    """Return the same page whether or not the address has an account (A-10)."""
    return render_page("sign_in/recovery_sent.html")


@portal.route("/recuperation/<token>", methods=["GET", "POST"])
def recovery(token: str) -> ResponseReturnValue:
    form = RecoveryForm()
    try:
        return _recovered(token, form) or _recovery_page(token, form)
    except ServiceRefusal as refusal:
        return dead_link("sign_in/dead_recovery_link.html", DEAD_LINKS, refusal)


def _recovered(token: str, form: RecoveryForm) -> ResponseReturnValue | None:
    """Set the password and return the next page; None when the form has to be shown.

    Recovery opens no session, and ends the one in this browser: identity has ended all sessions of the account.
    """
    if not form.validate_on_submit():
        return None
    with form.showing_refusals(except_for=DEAD_LINKS):
        answer, password = text_of(form.secret_answer), text_of(form.password)
        submit_once(partial(services().identity.recover, token, answer, password))
        sessions.close_session()
        flash("Votre mot de passe est changé. Connectez-vous avec le nouveau.")
        return redirect(url_for("portal.sign_in"), 303)
    return None


def _recovery_page(token: str, form: RecoveryForm) -> ResponseReturnValue:
    owner = services().identity.check_recovery(token)
    return mailed_page("sign_in/recovery.html", form, owner=owner)
