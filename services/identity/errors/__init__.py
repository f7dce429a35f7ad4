"""The ways in which identity says no."""

from services.identity.errors.accounts import (
    AccountAlreadyActive,
    AccountNotActive,
    AccountNotDeactivated,
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
from services.identity.errors.recovery import (
    RecoveryAnswerWrong,
    RecoveryLinkBurnt,
    RecoveryLinkExpired,
    RecoveryLinkSuperseded,
    RecoveryLinkUnknown,
    RecoveryLinkUsed,
)
from services.identity.errors.sessions import (
    SessionEnded,
    WrongCredentials,
)

__all__ = [
    "AccountAlreadyActive",
    "AccountNotActive",
    "AccountNotDeactivated",
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
    "RecoveryAnswerWrong",
    "RecoveryLinkBurnt",
    "RecoveryLinkExpired",
    "RecoveryLinkSuperseded",
    "RecoveryLinkUnknown",
    "RecoveryLinkUsed",
    "SecretAnswerTooShort",
    "SessionEnded",
    "UnsupportedGrantType",
    "WrongCredentials",
]
