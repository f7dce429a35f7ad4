"""Refusals while a second factor is added or used (A-14)."""

from chassis.ground.problems import NotFound, Refusal
from services.identity.errors.throttling import TooManyRequests


class SecondStepEnded(Refusal):
    """Refusal alike of a challenge that is unknown, expired, used, or was answered wrongly too often."""

    status, code, sentence = 401, "second_step_ended", "The second step of signing in has ended; begin again."
    headers = {"WWW-Authenticate": "Bearer"}


class SecondFactorWrong(Refusal):
    """Refusal alike of a code that is wrong, too old, or was used before."""

    status, code, sentence = 401, "second_factor_wrong", "The second factor is not right, or was used before."
    headers = {"WWW-Authenticate": "Bearer"}
    keeps = True


class RecoveryCodeWrong(SecondFactorWrong):
    code, sentence = "recovery_code_wrong", "This is no recovery code of the account, or it was used before."


class SecondFactorNeeded(Refusal):
    """Refusal to a signed-in person of an act for which a session alone must not be enough."""

    status, code, sentence = 422, "second_factor_needed", "The account has a second factor; it is needed here too."


class TooManyWrongSecondFactors(TooManyRequests):
    """Refusal of a code, told only to a person that knows the password."""

    code, sentence = "too_many_wrong_second_factors", "Too many wrong codes; wait, or use another second factor."


class PasskeyRefused(Refusal):
    """Refusal alike of an unknown passkey and of one with a wrong signature, challenge or holder."""

    status, code, sentence = 401, "passkey_refused", "The passkey is not accepted."
    headers = {"WWW-Authenticate": "Bearer"}
    keeps = True


class PasskeySeemsCopied(Refusal):
    """Refusal of a passkey with a count that went back: two devices use it, and only one should."""

    status, code, sentence = 401, "passkey_seems_copied", "The passkey is not accepted: it seems to have been copied."
    headers = {"WWW-Authenticate": "Bearer"}
    keeps = True


class PasskeyNotAccepted(Refusal):
    """Refusal to register a passkey: the browser's answer belongs to no challenge of ours, or came too late."""

    status, code, sentence = 422, "passkey_not_accepted", "This passkey cannot be registered; ask for new options."
    keeps = True


class PasskeyExists(Refusal):
    status, code, sentence = 409, "passkey_exists", "This passkey is registered already."
    keeps = True


class TooManyPasskeys(Refusal):
    status, code, sentence = 409, "too_many_passkeys", "The account has as many passkeys as it can; remove one."


class PasskeyUnknown(NotFound):
    code, sentence = "passkey_unknown", "There is no such passkey."


class AuthenticatorAppExists(Refusal):
    status, code, sentence = 409, "authenticator_app_exists", "The account has an authenticator app already."


class AuthenticatorAppUnknown(NotFound):
    code, sentence = "authenticator_app_unknown", "The account has no authenticator app."


class AuthenticatorAppNotBegun(Refusal):
    status, code, sentence = 409, "authenticator_app_not_begun", "No authenticator app waits for its first code."


class CodeWrong(Refusal):
    status, code, sentence = 422, "code_wrong", "This is not the code that the app shows now."


class NoSecondFactor(Refusal):
    status, code, sentence = 409, "no_second_factor", "The account has no second factor."
