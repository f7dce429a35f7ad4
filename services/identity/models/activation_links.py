"""Activation links (A-05, A-06)."""

from services.identity import errors
from services.identity.models.mailed_links import MailedLink


class ActivationLink(MailedLink):
    __tablename__ = "activation_links"

    UNKNOWN = errors.ActivationLinkUnknown
    USED = errors.ActivationLinkUsed
    SUPERSEDED = errors.ActivationLinkSuperseded
    EXPIRED = errors.ActivationLinkExpired
