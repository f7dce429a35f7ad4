"""Refusals of passwords and secret answers (A-08, A-09)."""

from chassis.ground.problems import Refusal


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


class CurrentPasswordNeeded(Refusal):
    status, code, sentence = 422, "current_password_needed", "Another contact e-mail needs the current password."


class CurrentPasswordWrong(Refusal):
    """Refusal with 422, not 401: the caller is known, and stays signed in."""

    status, code, sentence = 422, "current_password_wrong", "The current password is wrong."
