"""The login e-mail, under Mon compte: another one is asked for, then confirmed with the link that it gets (A-12)."""

from typing import Any

from flask import flash, redirect, url_for

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal import sessions
from gateway.portal.blueprint import page, portal
from gateway.portal.current_password import CurrentPasswordForm
from gateway.portal.forms import PortalForm, email
from gateway.portal.mailed_links import dead_link
from gateway.portal.sessions import signed_in

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
def my_login_email() -> Any:
    """Says the same for an address that has an account already (A-10)."""
    form = LoginEmailForm()
    if form.sent_and_complete():
        try:
            services().identity.ask_for_login_email(form.current_password.data or "", form.login_email.data)
            return redirect(url_for("portal.my_login_email"), 303)
        except ServiceRefusal as refusal:
            form.blame(refusal)
    return page("my_login_email.html", form, account=services().identity.my_account())


@portal.post(f"{BASE}/annulation")
@signed_in
def withdraw_login_email() -> Any:
    """One that was withdrawn already is what the person wanted."""
    try:
        services().identity.withdraw_login_email()
    except ServiceRefusal as refusal:
        if refusal.code != NOT_AWAITED:
            raise
    flash("Vous gardez votre adresse de connexion. Le lien qui a été envoyé ne compte plus.")
    return redirect(url_for("portal.my_login_email"), 303)


@portal.route("/adresse-de-connexion/<token>", methods=["GET", "POST"])
def confirm_login_email(token: str) -> Any:
    """Opening the link changes nothing: mail scanners open links too."""
    form = ConfirmationForm()
    try:
        link = services().identity.check_login_email(token)
        if form.sent_and_complete():
            services().identity.confirm_login_email(token)
            flash(f"Votre adresse de connexion est désormais {link['login_email']}.")
            return redirect(url_for("portal.my_account" if sessions.is_signed_in() else "portal.sign_in"), 303)
    except ServiceRefusal as refusal:
        return dead_link("dead_login_email_link.html", DEAD_LINKS, refusal)
    return page("confirm_login_email.html", form, link=link)
