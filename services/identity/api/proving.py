"""Who is calling about their own account, and their proof that they know its password."""

from chassis.web.request_context import person, reading, writing
from services.identity import errors, queries, use_cases
from services.identity.api.edge import current_session, origin, resources
from services.identity.models import CURRENT_PASSWORDS, account_key
from services.identity.passwords import normal_password
from services.identity.use_cases import Holder, Proof

PROOF_REFUSALS = [errors.SessionEnded, errors.CurrentPasswordWrong, errors.TooManyPasswords, errors.TooBusy]


def holder() -> Holder:
    return Holder(person(), current_session())


def must_know_the_password(current_password: str) -> Proof:
    """Who leaves a screen open leaves no more than a session: what is worth more asks again. A try is counted before
    it is looked at; looking is slow on purpose, and so outside of any transaction. Raises SessionEnded,
    CurrentPasswordWrong, TooManyPasswords or TooBusy."""
    with writing() as session:
        use_cases.spend(session, CURRENT_PASSWORDS, account_key(person(), CURRENT_PASSWORDS))
    with reading() as session:
        stored = queries.password_hash(session, person())
    if not resources().hasher.matches(stored, normal_password(current_password)):
        with writing() as session:
            use_cases.note_wrong_password(session, holder(), origin())
        raise errors.CurrentPasswordWrong(field="current_password")
    with writing() as session:
        use_cases.forgive(session, person(), CURRENT_PASSWORDS)
    return Proof(holder(), stored)
