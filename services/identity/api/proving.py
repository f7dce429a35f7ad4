"""Who is calling about their own account, and their proof that they know its password."""

from chassis.web import person, reading, writing
from services.identity import errors, queries, use_cases
from services.identity.api.edge import current_session, origin, resources
from services.identity.passwords import normal_password
from services.identity.use_cases import Holder, Proof

PROOF_REFUSALS = [errors.SessionEnded, errors.CurrentPasswordWrong]


def holder() -> Holder:
    return Holder(person(), current_session())


def must_know_the_password(current_password: str) -> Proof:
    """Who leaves a screen open leaves no more than a session: what is worth more asks again. Slow on purpose, and so
    outside of any transaction. Raises SessionEnded or CurrentPasswordWrong."""
    with reading() as session:
        stored = queries.password_hash(session, person())
    if not resources().hasher.matches(stored, normal_password(current_password)):
        with writing() as session:
            use_cases.note_wrong_password(session, holder(), origin())
        raise errors.CurrentPasswordWrong(field="current_password")
    return Proof(holder(), stored)
