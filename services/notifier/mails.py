"""Which event is worth which mail, to whom, and what it says (N-01). A new mail is a row and its three templates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.notifier.links import ACTIVATION, LOGIN_EMAIL, RECOVERY, LinkKind
from services.notifier.models import LAST_MAIL

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class MailKind:
    """One row of the table."""

    template: str
    to: Callable[[Payload], list[int]]
    """The accounts that get it."""
    says: tuple[str, ...] = ()
    """The fields of the event that its templates may use."""
    names: str | None = None
    """The field with the account whose name its templates show, as `person`."""
    link: LinkKind | None = None
    """With one it goes to the login e-mail, whose holder alone may use it; others go to the contact e-mail."""
    to_login_email: bool = False
    """Also without one: it is about that address."""
    address_in: str | None = None
    """The field with the address that it goes to, where that may be none of the account's any more."""
    security: bool = False
    """About the safety of the account: it reaches the holder also when the account was deactivated since."""
    of_a_request: bool = False
    """Of that account, and moot once it is erased: the request has ended with it."""

    def context(self, payload: Payload) -> dict[str, Any]:
        kept = {field: payload[field] for field in self.says}
        return kept if self.names is None else {**kept, "person_id": payload[self.names]}


def the_account(payload: Payload) -> list[int]:
    return [payload["account_id"]]


def the_account_unless_erased(payload: Payload) -> list[int]:
    return [] if payload["reason"] == "ACCOUNT_ERASED" else the_account(payload)


def the_managers(payload: Payload) -> list[int]:
    return list(payload["manager_ids"])


def the_opener_and_the_subscribers(payload: Payload) -> list[int]:
    return list(dict.fromkeys([payload["opened_by"], *payload["subscriber_ids"]]))


STRUCTURE = ("structure_id", "structure_name")
ESPACE = (*STRUCTURE, "espace_label")

MAILS: Mapping[str, MailKind] = {
    "identity.account_registered.v1": MailKind("activation", the_account, link=ACTIVATION),
    "identity.activation_requested.v1": MailKind("activation", the_account, link=ACTIVATION),
    "identity.sign_up_repeated.v1": MailKind("sign_up_repeated", the_account),
    "identity.account_activated.v1": MailKind("account_activated", the_account),
    "identity.account_deactivated.v1": MailKind("account_deactivated", the_account, security=True),
    "identity.account_reactivated.v1": MailKind("account_reactivated", the_account),
    "identity.recovery_requested.v1": MailKind("recovery", the_account, link=RECOVERY),
    "identity.recovery_link_burnt.v1": MailKind("recovery_link_burnt", the_account),
    "identity.password_changed.v1": MailKind("password_changed", the_account, security=True),
    "identity.second_factor_added.v1": MailKind("second_factor_added", the_account, ("kind",)),
    "identity.second_factor_removed.v1": MailKind("second_factor_removed", the_account, ("kind",)),
    "identity.second_factors_reset.v1": MailKind("second_factors_reset", the_account),
    "identity.second_factor_guessed_at.v1": MailKind("second_factor_guessed_at", the_account),
    "identity.recovery_codes_renewed.v1": MailKind("recovery_codes_renewed", the_account),
    "identity.recovery_code_used.v1": MailKind("recovery_code_used", the_account, ("left",)),
    "identity.operator_added.v1": MailKind("operator_added", the_account, security=True),
    "identity.operator_removed.v1": MailKind("operator_removed", the_account, security=True),
    "identity.session_ended_by_reuse.v1": MailKind(
        "session_ended_by_reuse", the_account, ("browser", "system"), security=True
    ),
    "identity.account_erased.v1": MailKind(LAST_MAIL, the_account, security=True),
    "identity.contact_email_changed.v1": MailKind(
        "contact_email_changed", the_account, address_in="previous_contact_email", security=True
    ),
    "identity.secret_question_changed.v1": MailKind("secret_question_changed", the_account, security=True),
    "identity.login_email_change_requested.v1": MailKind(
        "login_email_change_requested", the_account, address_in="login_email", security=True
    ),
    "identity.login_email_link_requested.v1": MailKind("login_email_link", the_account, link=LOGIN_EMAIL),
    "identity.login_email_taken.v1": MailKind("login_email_taken", the_account, to_login_email=True),
    "identity.login_email_changed.v1": MailKind(
        "login_email_changed", the_account, address_in="previous_login_email", security=True
    ),
    "identity.sign_in_locked.v1": MailKind("sign_in_locked", the_account, ("minutes",), security=True),
    "structures.attachment_requested.v1": MailKind(
        "attachment_requested", the_managers, (*STRUCTURE, "comment"), names="account_id", of_a_request=True
    ),
    "structures.attachment_approved.v1": MailKind("attachment_approved", the_account, (*STRUCTURE, "role")),
    "structures.attachment_refused.v1": MailKind("attachment_refused", the_account, (*STRUCTURE, "reason")),
    "structures.role_given.v1": MailKind("role_given", the_account, (*STRUCTURE, "role")),
    "espaces.espace_opened.v1": MailKind(
        "espace_opened", the_opener_and_the_subscribers, (*ESPACE, "permissions", "opened_by"), names="opened_by"
    ),
    "espaces.espace_closed.v1": MailKind("espace_closed", the_managers, (*ESPACE, "reason")),
    "espaces.subscription_requested.v1": MailKind(
        "subscription_requested",
        the_managers,
        (*ESPACE, "subscriptions", "comment"),
        names="account_id",
        of_a_request=True,
    ),
    "espaces.subscription_approved.v1": MailKind("subscription_approved", the_account, (*ESPACE, "subscriptions")),
    "espaces.subscription_refused.v1": MailKind(
        "subscription_refused", the_account, (*ESPACE, "subscriptions", "reason")
    ),
    "espaces.subscription_ended.v1": MailKind(
        "subscription_ended", the_account_unless_erased, (*ESPACE, "subscriptions", "reason")
    ),
}

KINDS: Mapping[str, MailKind] = {kind.template: kind for kind in MAILS.values()}
"""By template, as a mail that waits remembers it."""
