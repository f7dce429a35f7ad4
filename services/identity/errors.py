"""The ways in which identity says no."""

from typing import ClassVar

from chassis.problems import NotFound, Refusal


class CaptchaUnknown(NotFound):
    code, sentence = "captcha_unknown", "This captcha does not exist, was used or has expired."


class CaptchaWrong(Refusal):
    """One code for a wrong answer and for a used, expired or unknown captcha: another one is needed in each case."""

    status, code, sentence = 422, "captcha_wrong", "The answer to the captcha is wrong, or comes too late."


class AccountUnknown(NotFound):
    code, sentence = "account_unknown", "There is no such account."


class AccountAlreadyActive(Refusal):
    status, code, sentence = 409, "account_already_active", "The account does not wait for its activation."


class MailAskedTooSoon(Refusal):
    status, code, sentence = 429, "mail_asked_too_soon", "A mail was asked for only minutes ago."


class ActivationLinkUnknown(NotFound):
    code, sentence = "activation_link_unknown", "There is no such activation link."


class ActivationLinkExpired(Refusal):
    status, code, sentence = 410, "activation_link_expired", "The activation link has expired."


class ActivationLinkUsed(Refusal):
    status, code, sentence = 410, "activation_link_used", "The activation link was already used."


class ActivationLinkSuperseded(Refusal):
    status, code, sentence = 410, "activation_link_superseded", "A newer activation link replaced this one."


class PasswordTooShort(Refusal):
    status, code, sentence = 422, "password_too_short", "A password has 12 characters or more."


class PasswordTooLong(Refusal):
    status, code, sentence = 422, "password_too_long", "A password has 128 characters or fewer."


class PasswordTooCommon(Refusal):
    status, code, sentence = 422, "password_too_common", "This password is among the first that anyone would try."


class PasswordIsPersonal(Refusal):
    status, code, sentence = 422, "password_is_personal", "A password is not one's e-mail address or name."


class SecretAnswerTooShort(Refusal):
    status, code, sentence = 422, "secret_answer_too_short", "The secret answer has 2 letters or digits or more."


class WrongCredentials(Refusal):
    """The same for an unknown address, an account that is not active and a wrong password (A-10)."""

    status, code, sentence = 401, "wrong_credentials", "The address or the password is wrong."
    headers = {"WWW-Authenticate": "Bearer"}


class SessionEnded(Refusal):
    status, code, sentence = 401, "session_ended", "The session has ended; sign in again."
    headers = {"WWW-Authenticate": "Bearer"}


class ClientRefusal(Exception):
    """A client's request for a token, refused in the words of RFC 6749, section 5.2."""

    status: ClassVar[int] = 400
    error: ClassVar[str]


class InvalidRequest(ClientRefusal):
    error = "invalid_request"


class InvalidClient(ClientRefusal):
    status, error = 401, "invalid_client"


class UnsupportedGrantType(ClientRefusal):
    error = "unsupported_grant_type"


class InvalidScope(ClientRefusal):
    error = "invalid_scope"
