"""Activation links (A-05, A-06)."""

from services.identity.errors.accounts import (
    ActivationLinkExpired,
    ActivationLinkSuperseded,
    ActivationLinkUnknown,
    ActivationLinkUsed,
)
from services.identity.models.mailed_links import MailedLink


class ActivationLink(MailedLink):
    __tablename__ = "activation_links"

    UNKNOWN = ActivationLinkUnknown
    USED = ActivationLinkUsed
    SUPERSEDED = ActivationLinkSuperseded
    EXPIRED = ActivationLinkExpired
