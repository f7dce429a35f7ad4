"""Refusals of too much at a time (A-11)."""

import math
from datetime import timedelta

from chassis.ground.problems import Refusal


class TooManyRequests(Refusal):
    status, code, sentence = 429, "too_many_requests", "Too many requests came from this address; try again later."

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.headers = {"Retry-After": str(math.ceil(wait.total_seconds()))}


class TooManyPasswords(TooManyRequests):
    """Refusal to a signed-in person, perhaps in the session of another."""

    code, sentence = "too_many_passwords", "The current password was given too often; sign in again."


class TooManySecretAnswers(TooManyRequests):
    """Refusal to a person with a recovery link."""

    code, sentence = "too_many_secret_answers", "Too many secret answers were wrong today; try again later."


class TooBusy(Refusal):
    """Refusal to the last in a crowd, for every request alike: it tells nothing about an account (A-10)."""

    status, code, sentence = 503, "too_busy", "Too many people sign in at this moment; try again in a few seconds."
    headers = {"Retry-After": "2"}
