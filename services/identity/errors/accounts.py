"""Refusals about accounts and their activation (A-04 to A-07)."""

from chassis.ground.problems import NotFound, Refusal
from services.identity.errors.throttling import TooManyRequests


class AccountUnknown(NotFound):
    code, sentence = "account_unknown", "There is no such account."


class AccountAlreadyActive(Refusal):
    status, code, sentence = 409, "account_already_active", "The account does not wait for its activation."


class AccountNotActive(Refusal):
    status, code, sentence = 409, "account_not_active", "The account is not active."


class AccountNotDeactivated(Refusal):
    code, sentence = "account_not_deactivated", "Only a deactivated account can be reactivated."


class MailAskedTooSoon(TooManyRequests):
    code, sentence = "mail_asked_too_soon", "A mail was asked for only minutes ago."


class ActivationLinkUnknown(NotFound):
    code, sentence = "activation_link_unknown", "There is no such activation link."


class ActivationLinkExpired(Refusal):
    status, code, sentence = 410, "activation_link_expired", "The activation link has expired."


class ActivationLinkUsed(Refusal):
    status, code, sentence = 410, "activation_link_used", "The activation link was already used."


class ActivationLinkSuperseded(Refusal):
    status, code, sentence = 410, "activation_link_superseded", "A newer activation link replaced this one."
