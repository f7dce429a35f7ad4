"""Refusals about the account of a person."""

from chassis.ground.problems import Forbidden, Refusal


class AccountErased(Forbidden):
    code, sentence = "account_erased", "The account of the caller is erased."


class AccountDeactivated(Forbidden):
    code, sentence = "account_deactivated", "The account of the caller is deactivated."


class AccountNotPending(Refusal):
    """Refusal by the read model of people, which may lag behind identity."""

    status, code, sentence = 409, "account_not_pending", "The person's account does not wait for its activation."


class AccountAlreadyActive(Refusal):
    """Refusal by identity, before its event has arrived here."""

    status, code, sentence = 409, "account_already_active", "The person's account was activated meanwhile."


class MailAskedTooSoon(Refusal):
    """Refusal by identity, which limits how often a mail can be requested."""

    status, code, sentence = 429, "mail_asked_too_soon", "A mail was asked for only minutes ago."

    def __init__(self, retry_after: str | None = None) -> None:
        """Take over identity's `retry_after`: the seconds until another mail can be requested."""
        super().__init__()
        self.headers = {"Retry-After": retry_after} if retry_after else {}
