"""What goes in and out over HTTP."""

from services.identity.schemas.accounts import Account, Activation, NewCaptcha, SignUp
from services.identity.schemas.common import AccountNumber, AddressOnly, IssuedLink, LinkState, LinkToken, Nothing
from services.identity.schemas.history import HistoryEntry, HistoryPage
from services.identity.schemas.personal_data import Erasure, PersonalData
from services.identity.schemas.recovery import Recovery, RecoveryLinkState, RecoveryRequest
from services.identity.schemas.second_factors import (
    AuthenticatorApp,
    BegunApp,
    Challenge,
    CurrentPassword,
    FirstCode,
    NewPasskey,
    OptionsToRegister,
    OptionsToSignIn,
    Passkey,
    PasskeyAnswer,
    PasskeyName,
    RecoveryCodes,
    RegisteredPasskey,
    SecondFactors,
    SecondStep,
    SecondStepNeeded,
)
from services.identity.schemas.sessions import Refresh, Session, SessionPage, SignedIn, SignIn
from services.identity.schemas.tokens import IssuedToken, Jwks, TokenRefusal

__all__ = [
    "Account",
    "AccountNumber",
    "Activation",
    "AddressOnly",
    "AuthenticatorApp",
    "BegunApp",
    "Challenge",
    "CurrentPassword",
    "Erasure",
    "FirstCode",
    "HistoryEntry",
    "HistoryPage",
    "IssuedLink",
    "IssuedToken",
    "Jwks",
    "LinkState",
    "LinkToken",
    "NewCaptcha",
    "NewPasskey",
    "Nothing",
    "OptionsToRegister",
    "OptionsToSignIn",
    "Passkey",
    "PasskeyAnswer",
    "PasskeyName",
    "PersonalData",
    "Recovery",
    "RecoveryCodes",
    "RecoveryLinkState",
    "RecoveryRequest",
    "Refresh",
    "RegisteredPasskey",
    "SecondFactors",
    "SecondStep",
    "SecondStepNeeded",
    "Session",
    "SessionPage",
    "SignIn",
    "SignUp",
    "SignedIn",
    "TokenRefusal",
]
