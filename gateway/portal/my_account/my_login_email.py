"""Login e-mail, under Mon compte: a person requests another, then confirms it with the mailed link (A-12)."""

from functools import partial

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.answers.identity import LoginEmailLinkState
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, email, text_of
from gateway.portal.frame.second_clicks import submit_once
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts.current_password import CurrentPasswordForm
from gateway.portal.parts.mailed_links import dead_link, mailed_page

BASE = "/mon-compte/adresse-de-connexion"
NOT_AWAITED = "no_login_email_awaited"
DEAD_LINKS = {
    "login_email_link_unknown": (
        "Ce lien n'est pas valable",
        "Il a peut-être été coupé : copiez-le en entier depuis le courriel. Sinon, refaites la demande.",
    ),
    "login_email_link_expired": (
        "Ce lien a expiré",
        "Il n'était valable que peu de temps. Votre adresse de connexion n'a pas changé. Refaites la demande.",
    ),
    "login_email_link_used": (
        "Ce lien a déjà servi",
        "Votre nouvelle adresse de connexion est confirmée : connectez-vous avec elle.",
    ),
    "login_email_link_superseded": (
        "Ce lien ne compte plus",
        "La demande a été refaite, ou annulée. Si vous l'avez refaite, ouvrez le dernier courriel reçu.",
    ),
    "login_email_taken": (
        "Cette adresse est déjà celle d'un autre compte",
        "Votre adresse de connexion n'a pas changé. Choisissez-en une autre.",
    ),
    "account_not_active": (
        "Ce compte n'est pas actif",
        "Son adresse de connexion ne peut pas changer. Adressez-vous à l'assistance.",
    ),
}


class LoginEmailForm(CurrentPasswordForm):
    login_email = email(
        "Nouvelle adresse électronique de connexion", "Indiquez la nouvelle adresse.", autocomplete="off"
    )


class ConfirmationForm(PortalForm):
    pass


@portal.route(BASE, methods=["GET", "POST"])
@signed_in
def my_login_email() -> ResponseReturnValue:
    """Request another login e-mail. The answer is the same for an address that has an account (A-10)."""
    form = LoginEmailForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            services().identity.ask_for_login_email(text_of(form.current_password), text_of(form.login_email))
            return redirect(url_for("portal.my_login_email"), 303)
    return render_page("my_account/my_login_email.html", form, account=services().identity.my_account())


@portal.post(f"{BASE}/annulation")
@signed_in
def withdraw_login_email() -> ResponseReturnValue:
    try:
        services().identity.withdraw_login_email()
    except ServiceRefusal as refusal:
        # Withdrawn already, perhaps by the first of two clicks: the person has what they wanted.
        if refusal.code != NOT_AWAITED:
            raise
    flash("Vous gardez votre adresse de connexion. Le lien qui a été envoyé ne compte plus.")
    return redirect(url_for("portal.my_login_email"), 303)


@portal.route("/adresse-de-connexion/<token>", methods=["GET", "POST"])
def confirm_login_email(token: str) -> ResponseReturnValue:
    """Ask for a confirmation first: opening the link changes nothing, because mail scanners open links too."""
    form = ConfirmationForm()
    try:
        if form.validate_on_submit():
            link = submit_once(partial(_confirmed, token))
            return mailed_page("my_account/login_email_confirmed.html", address=link["login_email"])
        link = services().identity.check_login_email(token)
    except ServiceRefusal as refusal:
        return dead_link("my_account/dead_login_email_link.html", DEAD_LINKS, refusal)
    return mailed_page("my_account/confirm_login_email.html", form, link=link)


def _confirmed(token: str) -> LoginEmailLinkState:
    """Confirm the address, and return what the link was for."""
    link = services().identity.check_login_email(token)
    services().identity.confirm_login_email(token)
    return link
