"""Current password, asked again during a session, before a change that matters (A-12)."""

from chassis.web.request_context import person, reading, writing
from services.identity.errors.passwords import CurrentPasswordWrong
from services.identity.errors.sessions import SessionEndedByGuesses
from services.identity.hashing import password_policy
from services.identity.models.tries import CURRENT_PASSWORDS, session_key
from services.identity.queries import accounts, open_sessions
from services.identity.use_cases import account_holder, sessions, tries
from services.identity.use_cases.account_holder import Proof
from services.identity.web import current_request


def check(password: str) -> Proof:
    """Return the proof that the caller knows their password, so that an open screen gives away no more than a session.

    Raise SessionEnded, CurrentPasswordWrong, TooManyPasswords or TooBusy. A try is counted before the password is
    compared; comparing is slow on purpose, and so outside of any transaction.
    """
    holder = current_request.holder()
    with reading() as session:
        key = session_key(open_sessions.family_hash(session, holder.account_id, holder.session_id))
        stored = accounts.password_hash(session, person())
    with writing() as session:
        tries.count(session, CURRENT_PASSWORDS, key)
    if not current_request.resources().hasher.matches(stored, password_policy.normal_password(password)):
        _refuse(key)
    with writing() as session:
        tries.forgive(session, key)
    return Proof(holder, stored)


def _refuse(key: str) -> None:
    """Note a wrong password. Raise CurrentPasswordWrong, or SessionEndedByGuesses with the last that a session has."""
    holder, origin = current_request.holder(), current_request.origin()
    with writing() as session:
        is_last = tries.are_spent(session, CURRENT_PASSWORDS, key)
        account_holder.note_wrong_password(session, holder, origin)
        if is_last:
            sessions.end_by_guesses(session, holder.account_id, holder.session_id, origin)
            raise SessionEndedByGuesses
    raise CurrentPasswordWrong(field="current_password")
