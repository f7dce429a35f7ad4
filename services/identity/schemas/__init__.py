"""What goes in and out over HTTP."""

from services.identity.schemas.accounts import Account, Activation, NewCaptcha, SignUp
from services.identity.schemas.common import AccountNumber, AddressOnly, IssuedLink, LinkState, LinkToken, Nothing
from services.identity.schemas.recovery import Recovery, RecoveryLinkState, RecoveryRequest
from services.identity.schemas.sessions import Refresh, SignedIn, SignIn
from services.identity.schemas.tokens import IssuedToken, Jwks, TokenRefusal

__all__ = [
    "Account",
    "AccountNumber",
    "Activation",
    "AddressOnly",
    "IssuedLink",
    "IssuedToken",
    "Jwks",
    "LinkState",
    "LinkToken",
    "NewCaptcha",
    "Nothing",
    "Recovery",
    "RecoveryLinkState",
    "RecoveryRequest",
    "Refresh",
    "SignIn",
    "SignUp",
    "SignedIn",
    "TokenRefusal",
]
