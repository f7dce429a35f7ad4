"""Table of mails: for each event, its mail, its recipients, and the fields it shows (N-01).

A new mail is a row here and its three templates.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.notifier.mails.link_kinds import ACTIVATION, LOGIN_EMAIL, RECOVERY, LinkKind
from services.notifier.models.mails import LAST_MAIL

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class MailKind:
    """Row of the table."""

    template: str
    recipients: Callable[[Payload], list[int]]
    """Accounts that get the mail."""
    fields: tuple[str, ...] = ()
    """Fields of the event that the templates may use."""
    person_field: str | None = None
    """Field with the account whose name the templates show, as `person`."""
    link: LinkKind | None = None
    """Link that the mail carries. It goes to the login e-mail, whose holder alone may use it; other mails go to the
    contact e-mail."""
    to_login_email: bool = False
    """True for a mail about the login e-mail: it goes there even without a link."""
    address_field: str | None = None
    """Field with the address to write to, where that may be none of the account's any more."""
    security: bool = False
    """True for a mail about the safety of the account: it reaches the login e-mail too (A-16), even after a
    deactivation."""
    about_request: bool = False
    """True for a mail about a request of the person in `person_field`: it is moot once their account is erased, since
    the request has ended with it."""

    def context(self, payload: Payload) -> dict[str, Any]:
        """Return the fields for the templates, with the number of the account to name as `person_id`."""
        values = {field: payload[field] for field in self.fields}
        return values if self.person_field is None else {**values, "person_id": payload[self.person_field]}


def account(payload: Payload) -> list[int]:
    return [payload["account_id"]]


def account_unless_erased(payload: Payload) -> list[int]:
    # An erased holder gets one last mail, and no other for each thing that ends with the account.
    return [] if payload["reason"] == "ACCOUNT_ERASED" else account(payload)


def managers(payload: Payload) -> list[int]:
    return list(payload["manager_ids"])


def opener_and_subscribers(payload: Payload) -> list[int]:
    return list(dict.fromkeys([payload["opened_by"], *payload["subscriber_ids"]]))


STRUCTURE = ("structure_id", "structure_name")
ESPACE = (*STRUCTURE, "espace_label")

MAILS: Mapping[str, MailKind] = {
    "identity.account_registered.v1": MailKind("activation", account, link=ACTIVATION),
    "identity.activation_requested.v1": MailKind("activation", account, link=ACTIVATION),
    "identity.sign_up_repeated.v1": MailKind("sign_up_repeated", account),
    "identity.account_activated.v1": MailKind("account_activated", account),
    "identity.account_deactivated.v1": MailKind("account_deactivated", account, security=True),
    "identity.account_reactivated.v1": MailKind("account_reactivated", account),
    "identity.recovery_requested.v1": MailKind("recovery", account, link=RECOVERY),
    "identity.recovery_link_burnt.v1": MailKind("recovery_link_burnt", account, security=True),
    "identity.password_changed.v1": MailKind("password_changed", account, security=True),
    "identity.second_factor_added.v1": MailKind("second_factor_added", account, ("kind",), security=True),
    "identity.second_factor_removed.v1": MailKind("second_factor_removed", account, ("kind",), security=True),
    "identity.second_factors_reset.v1": MailKind("second_factors_reset", account, security=True),
    "identity.second_factor_guessed_at.v1": MailKind("second_factor_guessed_at", account, security=True),
    "identity.recovery_codes_renewed.v1": MailKind("recovery_codes_renewed", account, security=True),
    "identity.recovery_code_used.v1": MailKind("recovery_code_used", account, ("left",), security=True),
    "identity.operator_added.v1": MailKind("operator_added", account, security=True),
    "identity.operator_removed.v1": MailKind("operator_removed", account, security=True),
    "identity.session_ended_by_reuse.v1": MailKind(
        "session_ended_by_reuse", account, ("browser", "system"), security=True
    ),
    "identity.account_erased.v1": MailKind(LAST_MAIL, account, security=True),
    "identity.contact_email_changed.v1": MailKind(
        "contact_email_changed", account, address_field="previous_contact_email", security=True
    ),
    "identity.secret_question_changed.v1": MailKind("secret_question_changed", account, security=True),
    "identity.login_email_change_requested.v1": MailKind(
        "login_email_change_requested", account, address_field="login_email", security=True
    ),
    "identity.login_email_link_requested.v1": MailKind("login_email_link", account, link=LOGIN_EMAIL),
    "identity.login_email_taken.v1": MailKind("login_email_taken", account, to_login_email=True),
    "identity.login_email_changed.v1": MailKind(
        "login_email_changed", account, address_field="previous_login_email", security=True
    ),
    "identity.sign_in_locked.v1": MailKind("sign_in_locked", account, ("minutes",), security=True),
    "structures.attachment_requested.v1": MailKind(
        "attachment_requested", managers, (*STRUCTURE, "comment"), person_field="account_id", about_request=True
    ),
    "structures.attachment_approved.v1": MailKind("attachment_approved", account, (*STRUCTURE, "role")),
    "structures.attachment_refused.v1": MailKind("attachment_refused", account, (*STRUCTURE, "reason")),
    "structures.role_given.v1": MailKind("role_given", account, (*STRUCTURE, "role")),
    "espaces.espace_opened.v1": MailKind(
        "espace_opened", opener_and_subscribers, (*ESPACE, "permissions", "opened_by"), person_field="opened_by"
    ),
    "espaces.espace_closed.v1": MailKind("espace_closed", managers, (*ESPACE, "reason")),
    "espaces.subscription_requested.v1": MailKind(
        "subscription_requested",
        managers,
        (*ESPACE, "subscriptions", "comment"),
        person_field="account_id",
        about_request=True,
    ),
    "espaces.subscription_approved.v1": MailKind("subscription_approved", account, (*ESPACE, "subscriptions")),
    "espaces.subscription_refused.v1": MailKind("subscription_refused", account, (*ESPACE, "subscriptions", "reason")),
    "espaces.subscription_ended.v1": MailKind(
        "subscription_ended", account_unless_erased, (*ESPACE, "subscriptions", "reason")
    ),
}

KINDS: Mapping[str, MailKind] = {kind.template: kind for kind in MAILS.values()}
"""Kinds by template: a waiting mail holds only its template's name."""
