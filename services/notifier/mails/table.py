"""Table of mails: for each event, its mail, its recipients, and the fields it shows (N-01).

A new mail is a row here and its three templates.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.notifier.mails.link_kinds import ACTIVATION, CONTACT_EMAIL, LOGIN_EMAIL, RECOVERY, LinkKind
from services.notifier.models.mails import LAST_MAIL, Destination

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class MailKind:
    """Row of the table."""

    template: str
    recipients: Callable[[Payload], list[int]]
    """Accounts that get the mail."""
    fields: tuple[str, ...] = ()
    """Fields of the event that the templates may use; None where the event has an optional one not."""
    person_field: str | None = None
    """Field with the account whose name the templates show, as `person`."""
    link: LinkKind | None = None
    """Link that the mail carries. Whoever reads the login e-mail alone may use it."""
    destinations: tuple[Destination, ...] = (Destination.CONTACT,)
    """Addresses that the mail goes to, each in a message of its own: a server that takes one may refuse another."""
    address_field: str | None = None
    """Field with the address of Destination.STATED."""
    security: bool = False
    """True for a mail about the safety of the account: it goes out even after a deactivation."""
    to_deactivated: bool = False
    """True for a mail that only a deactivated account gets."""
    caused_by: str | None = None
    """Field with the account that causes mails to other people: so many a day, and no more."""
    topic: tuple[str, ...] = ()
    """Fields that say what the mail is about, where one within a while is enough: asked for, cancelled and asked for
    again, a request is told once. Without them each is told, such as every decision."""
    about_request: bool = False
    """True for a mail about a request of the person in `person_field`: it is moot once their account is erased, since
    the request has ended with it."""

    def context(self, payload: Payload) -> dict[str, Any]:
        """Return the fields for the templates, with the number of the account to name as `person_id`."""
        values = {field: payload.get(field) for field in self.fields}
        return values if self.person_field is None else {**values, "person_id": payload[self.person_field]}

    def cause(self, payload: Payload, account_id: int, destination: Destination) -> int | None:
        """Return the account that causes somebody else to get the mail; None if that is nobody's doing."""
        cause = payload[self.caused_by] if self.caused_by else None
        # An address that is the account's no more may never have been its holder's.
        return None if cause == account_id and destination is not Destination.STATED else cause


def account(payload: Payload) -> list[int]:
    return [payload["account_id"]]


def account_unless_erased(payload: Payload) -> list[int]:
    # An erased holder gets one last mail, and no other for each thing that ends with the account.
    return [] if payload["reason"] == "ACCOUNT_ERASED" else account(payload)


def managers(payload: Payload) -> list[int]:
    return list(payload["manager_ids"])


def opener_and_subscribers(payload: Payload) -> list[int]:
    return list(dict.fromkeys([payload["opened_by"], *payload["subscriber_ids"]]))


def with_link(template: str, link: LinkKind) -> MailKind:
    """Return a kind with a link, which goes to the login e-mail alone, or to the address that comes with it."""
    return MailKind(template, account, link.facts, link=link, destinations=(Destination.LOGIN,))


def about_safety(
    template: str, fields: tuple[str, ...] = (), *, stated_in: str | None = None, beside: Destination | None = None
) -> MailKind:
    """Return a kind about the safety of an account.

    Whoever holds a session, or one of the mailboxes, must not be able to keep it from the holder. So it goes to the
    login e-mail and the contact e-mail, or to the address in the field `stated_in` and the one named `beside` (A-16).
    """
    everywhere = (Destination.LOGIN, Destination.CONTACT)
    destinations = (Destination.STATED, beside) if beside else everywhere
    return MailKind(template, account, fields, destinations=destinations, address_field=stated_in, security=True)


ORIGIN = ("from_browser", "from_system")
"""Device of the holder, or of whoever acted in their name, by the names that it tells."""
STRUCTURE = ("structure_id", "structure_name")
ESPACE = (*STRUCTURE, "espace_label")
OF_STRUCTURE, OF_ESPACE = ("structure_id",), ("structure_id", "espace")

MAILS: Mapping[str, MailKind] = {
    "identity.account_registered.v1": with_link("activation", ACTIVATION),
    "identity.activation_requested.v1": with_link("activation", ACTIVATION),
    "identity.sign_up_repeated.v1": MailKind("sign_up_repeated", account),
    "identity.account_activated.v1": MailKind("account_activated", account),
    "identity.account_deactivated.v1": about_safety("account_deactivated", ORIGIN),
    "identity.account_reactivated.v1": about_safety("account_reactivated"),
    "identity.recovery_requested.v1": with_link("recovery", RECOVERY),
    # To the login e-mail alone: it is what was typed.
    "identity.deactivated_account_asked_for.v1": MailKind(
        "account_is_deactivated", account, destinations=(Destination.LOGIN,), to_deactivated=True
    ),
    "identity.recovery_link_burnt.v1": about_safety("recovery_link_burnt"),
    "identity.password_changed.v1": about_safety("password_changed", ORIGIN),
    "identity.second_factor_added.v1": about_safety("second_factor_added", ("kind", "label", *ORIGIN)),
    "identity.second_factor_removed.v1": about_safety("second_factor_removed", ("kind", "label", *ORIGIN)),
    "identity.second_factors_reset.v1": about_safety("second_factors_reset"),
    "identity.second_factor_guessed_at.v1": about_safety("second_factor_guessed_at"),
    "identity.recovery_codes_renewed.v1": about_safety("recovery_codes_renewed", ORIGIN),
    "identity.recovery_code_used.v1": about_safety("recovery_code_used", ("left", *ORIGIN)),
    "identity.operator_added.v1": about_safety("operator_added"),
    "identity.operator_removed.v1": about_safety("operator_removed"),
    "identity.session_ended_by_guesses.v1": about_safety("session_ended_by_guesses", ("browser", "system")),
    "identity.session_ended_by_reuse.v1": about_safety("session_ended_by_reuse", ("browser", "system")),
    "identity.account_erased.v1": about_safety(LAST_MAIL),
    # Changed to and fro, it must not flood a stranger; the login e-mail is told each time.
    "identity.contact_email_changed.v1": replace(
        about_safety("contact_email_changed", ORIGIN, stated_in="previous_contact_email", beside=Destination.LOGIN),
        caused_by="account_id",
        topic=("account_id",),
    ),
    "identity.contact_email_change_requested.v1": about_safety(
        "contact_email_change_requested", ORIGIN, stated_in="contact_email", beside=Destination.LOGIN
    ),
    "identity.contact_email_link_requested.v1": with_link("contact_email_link", CONTACT_EMAIL),
    "identity.secret_question_changed.v1": about_safety("secret_question_changed", ORIGIN),
    "identity.login_email_change_requested.v1": about_safety(
        "login_email_change_requested", ORIGIN, stated_in="login_email", beside=Destination.CONTACT
    ),
    "identity.login_email_link_requested.v1": with_link("login_email_link", LOGIN_EMAIL),
    "identity.login_email_taken.v1": MailKind("login_email_taken", account, destinations=(Destination.LOGIN,)),
    "identity.login_email_changed.v1": about_safety(
        "login_email_changed", ORIGIN, stated_in="previous_login_email", beside=Destination.CONTACT
    ),
    "identity.sign_in_locked.v1": about_safety("sign_in_locked", ("minutes",)),
    "structures.attachment_requested.v1": MailKind(
        "attachment_requested",
        managers,
        (*STRUCTURE, "comment"),
        person_field="account_id",
        caused_by="account_id",
        topic=OF_STRUCTURE,
        about_request=True,
    ),
    "structures.attachment_approved.v1": MailKind(
        "attachment_approved", account, (*STRUCTURE, "role"), caused_by="approved_by"
    ),
    "structures.attachment_refused.v1": MailKind(
        "attachment_refused", account, (*STRUCTURE, "reason"), caused_by="refused_by"
    ),
    "structures.role_given.v1": MailKind("role_given", account, (*STRUCTURE, "role")),
    "espaces.espace_opened.v1": MailKind(
        "espace_opened",
        opener_and_subscribers,
        (*ESPACE, "permissions", "opened_by"),
        person_field="opened_by",
        caused_by="opened_by",
        topic=OF_ESPACE,
    ),
    "espaces.espace_closed.v1": MailKind("espace_closed", managers, (*ESPACE, "reason")),
    "espaces.subscription_requested.v1": MailKind(
        "subscription_requested",
        managers,
        (*ESPACE, "subscriptions", "comment"),
        person_field="account_id",
        caused_by="account_id",
        topic=OF_ESPACE,
        about_request=True,
    ),
    "espaces.subscription_approved.v1": MailKind(
        "subscription_approved", account, (*ESPACE, "subscriptions"), caused_by="approved_by"
    ),
    "espaces.subscription_refused.v1": MailKind(
        "subscription_refused", account, (*ESPACE, "subscriptions", "reason"), caused_by="refused_by"
    ),
    "espaces.subscription_ended.v1": MailKind(
        "subscription_ended", account_unless_erased, (*ESPACE, "subscriptions", "reason")
    ),
}

KINDS: Mapping[str, MailKind] = {kind.template: kind for kind in MAILS.values()}
"""Kinds by template: a waiting mail holds only its template's name."""
