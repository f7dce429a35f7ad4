"""Captchas (A-03)."""

from chassis.ground.problems import NotFound, Refusal


class CaptchaUnknown(NotFound):
    code, sentence = "captcha_unknown", "This captcha does not exist, was used or has expired."


class CaptchaWrong(Refusal):
    """One code for a wrong answer and for a used, expired or unknown captcha: another one is needed in each case."""

    status, code, sentence = 422, "captcha_wrong", "The answer to the captcha is wrong, or comes too late."
    keeps = True
