"""Refusals about captchas (A-03)."""

from chassis.ground.problems import NotFound, Refusal


class CaptchaUnknown(NotFound):
    code, sentence = "captcha_unknown", "This captcha does not exist, was used or has expired."


class CaptchaWrong(Refusal):
    """Refusal alike of a wrong answer and of a used, expired or unknown captcha: each case needs another captcha."""

    status, code, sentence = 422, "captcha_wrong", "The answer to the captcha is wrong, or comes too late."
    keeps = True
