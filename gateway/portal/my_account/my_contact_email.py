"""Contact e-mail that waits to be confirmed: the mail again, the change withdrawn, and the mailed link (A-16)."""

from functools import partial

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.messages import refusals
from gateway.portal.frame.blueprint import portal
from gateway.portal.frame.forms import PortalForm
from gateway.portal.frame.second_clicks import submit_once
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts.mailed_links import dead_link, mailed_page

BASE = "/mon-compte/adresse-de-contact"
NOT_AWAITED = "no_contact_email_awaited"
NO_MAIL = {
    NOT_AWAITED,
    "mail_asked_too_soon",
    "contact_email_asked_too_often",
    "address_written_too_often",
}
"""Refusals of a mail that are said on the page from where it was asked for."""
DEAD_LINKS = {
    "contact_email_link_unknown": (
        "Ce lien n'est pas valable",
        "Il a peut-être été coupé : copiez-le en entier depuis le courriel. Sinon, demandez un nouveau courriel.",
    ),
    "contact_email_link_expired": (
        "Ce lien a expiré",
        "Il n'était valable que peu de temps. Cette adresse ne reçoit pas encore les notifications. "
        "Demandez un nouveau courriel.",
    ),
    "contact_email_link_used": (
        "Ce lien a déjà servi",
        "Il a confirmé l'adresse à laquelle il a été envoyé : il n'y a plus rien à faire.",
    ),
    "contact_email_link_superseded": (
        "Ce lien ne compte plus",
        "La demande a été refaite, ou annulée. Si vous l'avez refaite, ouvrez le dernier courriel reçu.",
    ),
    "account_not_active": (
        "Ce compte n'est pas actif",
        "Son adresse de contact ne peut pas changer. Adressez-vous à l'assistance.",
    ),
}


class ConfirmationForm(PortalForm):
    pass


@portal.post(f"{BASE}/renvoi")
@signed_in
def ask_for_contact_email_again() -> ResponseReturnValue:
    try:
        services().identity.ask_for_contact_email_again()
        flash("Un nouveau courriel de confirmation va partir. Seul son lien comptera.")
    except ServiceRefusal as refusal:
        if refusal.code not in NO_MAIL:
            raise
        flash(refusals.sentence(refusal.code, refusal.status))
    return redirect(url_for("portal.my_details"), 303)


@portal.post(f"{BASE}/annulation")
@signed_in
def withdraw_contact_email() -> ResponseReturnValue:
    """Withdraw the change, and say which address is in force: the awaited one may have been confirmed meanwhile."""
    try:
        services().identity.withdraw_contact_email()
    except ServiceRefusal as refusal:
        if refusal.code != NOT_AWAITED:
            raise
    flash(f"Les notifications arrivent à {services().identity.my_account()['contact_email']}.")
    return redirect(url_for("portal.my_details"), 303)


@portal.route("/adresse-de-contact/<token>", methods=["GET", "POST"])
def confirm_contact_email(token: str) -> ResponseReturnValue:
    """Ask for a confirmation first: opening the link changes nothing, because mail scanners open links too."""
    form = ConfirmationForm()
    try:
        if form.validate_on_submit():
            address = submit_once(partial(_confirmed, token))
            return mailed_page("my_account/contact_email_confirmed.html", address=address)
        address = services().identity.check_contact_email(token)["contact_email"]
    except ServiceRefusal as refusal:
        return dead_link("my_account/dead_contact_email_link.html", DEAD_LINKS, refusal)
    return mailed_page("my_account/confirm_contact_email.html", form, address=address)


def _confirmed(token: str) -> str:
    """Confirm the address, and return it."""
    address = services().identity.check_contact_email(token)["contact_email"]
    services().identity.confirm_contact_email(token)
    return address
