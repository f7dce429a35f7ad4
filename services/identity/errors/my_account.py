"""Refusals about changes of one's own account (A-12)."""

from chassis.ground.problems import NotFound, Refusal
from services.identity.errors.throttling import TooManyRequests


class AccountChangedMeanwhile(Refusal):
    code, sentence = "account_changed_meanwhile", "The account was changed since it was read; read it again."


class LoginEmailUnchanged(Refusal):
    status, code, sentence = 422, "login_email_unchanged", "This is the login e-mail already."


class LoginEmailAskedTooOften(Refusal):
    status, code, sentence = 429, "login_email_asked_too_often", "Too many login e-mails were asked for; wait an hour."
    headers = {"Retry-After": "3600"}


class LoginEmailTaken(Refusal):
    """Refusal told only to a person that has proved to read the address (A-10)."""

    code, sentence = "login_email_taken", "Another account has this login e-mail."


class NoLoginEmailAwaited(Refusal):
    code, sentence = "no_login_email_awaited", "No login e-mail waits to be confirmed."


class LoginEmailLinkUnknown(NotFound):
    code, sentence = "login_email_link_unknown", "There is no such link."


class LoginEmailLinkExpired(Refusal):
    status, code, sentence = 410, "login_email_link_expired", "The link has expired."


class LoginEmailLinkUsed(Refusal):
    status, code, sentence = 410, "login_email_link_used", "The link was already used."


class LoginEmailLinkSuperseded(Refusal):
    """Refusal of a replaced link, or of one withdrawn, by the holder or by a changed password."""

    status, code, sentence = 410, "login_email_link_superseded", "The link does not count any more."


class ContactEmailAskedTooOften(TooManyRequests):
    code, sentence = "contact_email_asked_too_often", "Too many confirmations of contact e-mails were asked for today."


class AddressWrittenTooOften(TooManyRequests):
    """Refusal for the sake of the address: whoever reads it has had enough of our mails for a day."""

    code, sentence = "address_written_too_often", "Too many confirmation mails went to this address today."


class NoContactEmailAwaited(Refusal):
    code, sentence = "no_contact_email_awaited", "No contact e-mail waits to be confirmed."


class ContactEmailLinkUnknown(NotFound):
    code, sentence = "contact_email_link_unknown", "There is no such link."


class ContactEmailLinkExpired(Refusal):
    status, code, sentence = 410, "contact_email_link_expired", "The link has expired."


class ContactEmailLinkUsed(Refusal):
    status, code, sentence = 410, "contact_email_link_used", "The link was already used."


class ContactEmailLinkSuperseded(Refusal):
    """Refusal of a replaced link, or of one withdrawn, by the holder or by a changed password."""

    status, code, sentence = 410, "contact_email_link_superseded", "The link does not count any more."
