"""Current password, asked again during a session, before a change that matters (A-12)."""

from chassis.web.request_context import person, reading, writing
from services.identity.errors.passwords import CurrentPasswordWrong
from services.identity.hashing import password_policy
from services.identity.models.tries import CURRENT_PASSWORDS, account_key
from services.identity.queries import accounts
from services.identity.use_cases import account_holder, tries
from services.identity.use_cases.account_holder import Proof
from services.identity.web import current_request


def check(password: str) -> Proof:
    """Return the proof that the caller knows their password, so that an open screen gives away no more than a session.

    Raise SessionEnded, CurrentPasswordWrong, TooManyPasswords or TooBusy. A try is counted before the password is
    compared; comparing is slow on purpose, and so outside of any transaction.
    """
    holder = current_request.holder()
    with writing() as session:
        tries.count(session, CURRENT_PASSWORDS, account_key(person(), CURRENT_PASSWORDS))
    with reading() as session:
        stored = accounts.password_hash(session, person())
    if not current_request.resources().hasher.matches(stored, password_policy.normal_password(password)):
        with writing() as session:
            account_holder.note_wrong_password(session, holder, current_request.origin())
        raise CurrentPasswordWrong(field="current_password")
    with writing() as session:
        tries.forgive(session, person(), CURRENT_PASSWORDS)
    return Proof(holder, stored)
