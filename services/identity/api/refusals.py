"""Refusals of several routes, for their documents."""

from services.identity.errors.passwords import (
    CurrentPasswordWrong,
    PasswordIsPersonal,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
)
from services.identity.errors.sessions import SessionEnded, SessionEndedByGuesses
from services.identity.errors.throttling import TooBusy, TooManyPasswords

PASSWORD_REFUSALS = [
    PasswordTooShort,
    PasswordTooLong,
    PasswordTooCommon,
    PasswordIsPersonal,
    TooBusy,
]
"""Refusals of a new password: by the policy (hashing.password_policy), and by the hashing."""

PROOF_REFUSALS = [SessionEnded, SessionEndedByGuesses, CurrentPasswordWrong, TooManyPasswords, TooBusy]
