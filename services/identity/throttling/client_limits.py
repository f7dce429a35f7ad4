"""Limits on requests from one client address (A-11)."""

from dataclasses import dataclass
from datetime import timedelta

from services.identity.models.tries import WRONG_PASSWORDS, Limit
from services.identity.settings import Settings

TEN_MINUTES = timedelta(minutes=10)


@dataclass(frozen=True)
class ClientLimits:
    wrong_passwords: Limit
    captchas: Limit
    captchas_shown: Limit
    sign_ups: Limit
    activation_mails: Limit
    recoveries: Limit
    passkey_questions: Limit

    @classmethod
    def from_settings(cls, settings: Settings) -> "ClientLimits":
        return cls(
            wrong_passwords=Limit("client", settings.wrong_passwords_per_address, WRONG_PASSWORDS.within),
            captchas=Limit("captchas", settings.captchas_per_address, TEN_MINUTES),
            captchas_shown=Limit("captchas_shown", settings.captchas_per_address, TEN_MINUTES),
            sign_ups=Limit("sign_ups", settings.sign_ups_per_address, TEN_MINUTES),
            activation_mails=Limit("activation_mails", settings.activation_mails_per_address, TEN_MINUTES),
            recoveries=Limit("recoveries", settings.recoveries_per_address, TEN_MINUTES),
            passkey_questions=Limit("passkey_questions", settings.passkey_questions_per_address, TEN_MINUTES),
        )
