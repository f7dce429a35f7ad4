"""The ways in which identity says no."""

from services.identity.errors.accounts import (
    AccountAlreadyActive,
    AccountUnknown,
    ActivationLinkExpired,
    ActivationLinkSuperseded,
    ActivationLinkUnknown,
    ActivationLinkUsed,
    MailAskedTooSoon,
)
from services.identity.errors.captchas import (
    CaptchaUnknown,
    CaptchaWrong,
)
from services.identity.errors.clients import (
    ClientRefusal,
    InvalidClient,
    InvalidRequest,
    InvalidScope,
    UnsupportedGrantType,
)
from services.identity.errors.passwords import (
    PasswordIsPersonal,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    SecretAnswerTooShort,
)
from services.identity.errors.sessions import (
    SessionEnded,
    WrongCredentials,
)

__all__ = [
    "AccountAlreadyActive",
    "AccountUnknown",
    "ActivationLinkExpired",
    "ActivationLinkSuperseded",
    "ActivationLinkUnknown",
    "ActivationLinkUsed",
    "CaptchaUnknown",
    "CaptchaWrong",
    "ClientRefusal",
    "InvalidClient",
    "InvalidRequest",
    "InvalidScope",
    "MailAskedTooSoon",
    "PasswordIsPersonal",
    "PasswordTooCommon",
    "PasswordTooLong",
    "PasswordTooShort",
    "SecretAnswerTooShort",
    "SessionEnded",
    "UnsupportedGrantType",
    "WrongCredentials",
]
