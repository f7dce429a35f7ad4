"""Refusals about captchas (A-03)."""

from chassis.ground.problems import NotFound, Refusal


class CaptchaUnknown(NotFound):
    code, sentence = "captcha_unknown", "This captcha does not exist, was used or has expired."


class CaptchaWrong(Refusal):
    status, code, sentence = 422, "captcha_wrong", "The answer to the captcha is wrong; ask for another one."
    keeps = True


class CaptchaExpired(Refusal):
    """Refusal of an answer that was not even compared: its captcha was used, has expired or never was."""

    status, code, sentence = 422, "captcha_expired", "The captcha was used or has expired; ask for another one."
    keeps = True
