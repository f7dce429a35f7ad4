"""Kinds of links that a mail can carry."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LinkKind:
    issued_at: str
    """Path at identity that issues a link."""
    page: str
    """First part of the path in the portal."""
    moot: str
    """Code of identity's refusal to an account without any use for a link."""
    facts: tuple[str, ...] = ()
    """Fields of the mail's context that identity is told, beside the account."""


ACTIVATION = LinkKind("/internal/activation-links", "activation", moot="account_already_active")
RECOVERY = LinkKind("/internal/recovery-links", "recuperation", moot="account_not_active")
LOGIN_EMAIL = LinkKind("/internal/login-email-links", "adresse-de-connexion", moot="no_login_email_awaited")
CONTACT_EMAIL = LinkKind(
    "/internal/contact-email-links", "adresse-de-contact", moot="no_contact_email_awaited", facts=("request",)
)
