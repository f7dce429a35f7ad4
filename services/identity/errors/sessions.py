"""Refusals about signing in and staying signed in."""

from chassis.ground.problems import NotFound, Refusal


class WrongCredentials(Refusal):
    """Refusal alike of an unknown address, an account that is not active and a wrong password (A-10)."""

    status, code, sentence = 401, "wrong_credentials", "The address or the password is wrong."
    headers = {"WWW-Authenticate": "Bearer"}


class SessionEnded(Refusal):
    status, code, sentence = 401, "session_ended", "The session has ended; sign in again."
    headers = {"WWW-Authenticate": "Bearer"}


class SessionEndedNow(SessionEnded):
    """Refusal that comes with the end of the session: after a reuse of a refresh token, or for a blocked account."""

    keeps = True


class SessionEndedByGuesses(SessionEndedNow):
    """Refusal that comes with the end of a session in which the current password was guessed at."""

    code, sentence = "session_ended_by_guesses", "Too many wrong passwords ended the session; sign in again."


class SessionUnknown(NotFound):
    """Refusal of an ended or unknown session, and of another person's."""

    code, sentence = "session_unknown", "There is no such session, or it has ended."
