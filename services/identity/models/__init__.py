"""The state that identity keeps, and the rules that hold for it: one file for each thing."""

from services.identity.models.accounts import MAIL_INTERVAL, Account, AccountStatus, Credentials
from services.identity.models.activation_links import ActivationLink
from services.identity.models.base import Base
from services.identity.models.captchas import CAPTCHA_VALIDITY, Captcha
from services.identity.models.challenges import (
    CHALLENGE_VALIDITY,
    MOST_ANSWERS,
    PasskeyChallenge,
    PasskeyPurpose,
    SecondStep,
)
from services.identity.models.history import Happening, HistoryEntry, Origin, by_command, by_service
from services.identity.models.login_email_links import LoginEmailLink
from services.identity.models.mailed_links import MailedLink
from services.identity.models.recovery_links import MOST_TRIES, RecoveryLink
from services.identity.models.second_factors import (
    ENROLMENT_VALIDITY,
    MOST_PASSKEYS,
    AuthenticatorApp,
    Passkey,
    RecoveryCode,
    SecondFactorKind,
    SecondFactors,
)
from services.identity.models.sessions import AccountSession, SessionValidity
from services.identity.models.tries import CURRENT_PASSWORDS, WRONG_PASSWORDS, Limit, Tries, account_key, client_network

__all__ = [
    "CAPTCHA_VALIDITY",
    "CHALLENGE_VALIDITY",
    "CURRENT_PASSWORDS",
    "ENROLMENT_VALIDITY",
    "MAIL_INTERVAL",
    "MOST_ANSWERS",
    "MOST_PASSKEYS",
    "MOST_TRIES",
    "WRONG_PASSWORDS",
    "Account",
    "AccountSession",
    "AccountStatus",
    "ActivationLink",
    "AuthenticatorApp",
    "Base",
    "Captcha",
    "Credentials",
    "Happening",
    "HistoryEntry",
    "Limit",
    "LoginEmailLink",
    "MailedLink",
    "Origin",
    "Passkey",
    "PasskeyChallenge",
    "PasskeyPurpose",
    "RecoveryCode",
    "RecoveryLink",
    "SecondFactorKind",
    "SecondFactors",
    "SecondStep",
    "SessionValidity",
    "Tries",
    "account_key",
    "by_command",
    "by_service",
    "client_network",
]
