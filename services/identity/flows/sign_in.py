"""Sign-in with a password: the one place where a stranger's password is compared (A-10, A-11)."""

from chassis.web.request_context import reading, writing
from services.identity.errors.sessions import WrongCredentials
from services.identity.hashing import password_policy
from services.identity.queries import sign_in_facts
from services.identity.use_cases import second_steps, sessions, tries
from services.identity.use_cases.second_steps import PendingSecondStep
from services.identity.use_cases.sessions import OpenSession
from services.identity.use_cases.tries import Attempt
from services.identity.web import current_request


def sign_in(login_email: str, password: str) -> OpenSession | PendingSecondStep:
    """Open a session, or begin the second step for an account with second factors (A-14).

    Raise WrongCredentials or TooBusy.
    """
    normal = password_policy.normal_password(password)
    attempt = _check_password(login_email, normal)
    fresh_hash = current_request.resources().hasher.refreshed(attempt.password_hash, normal)
    with writing() as session:
        # Checks the lock and the hash again: both may have changed during the comparison, outside of any transaction.
        account_id = tries.admit(session, attempt, fresh_hash)
        second_step = second_steps.begin(session, account_id)
        if second_step is not None:
            return second_step
        return sessions.begin(session, account_id, attempt.origin, current_request.resources().session_validity)


def _check_password(login_email: str, password: str) -> Attempt:
    """Return the attempt if its password is right. `password`: in its normal form.

    Raise TooBusy, and WrongCredentials: in the same time whether the address is unknown, the password wrong or sign-in
    locked.
    """
    resources, origin = current_request.resources(), current_request.origin()
    pseudonyms, limit = resources.pseudonyms, resources.limits.wrong_passwords
    with reading() as session:
        facts = sign_in_facts.of(session, login_email)
        keys = (facts.account_key or pseudonyms.stranger(login_email), pseudonyms.client(limit, origin.address))
        state = sign_in_facts.tries_state(session, keys, limit)
    attempt = Attempt(facts.account_id, facts.password_hash, *keys, limit, origin)
    # While sign-in is locked nothing is compared: an answer, or its time, would tell a guesser the right password.
    compare = resources.hasher.pretend if state.is_locked else resources.hasher.matches
    if not compare(facts.password_hash, password, state.rank, keys):
        with current_request.padded("wrong_passwords"), current_request.writing_silently() as session:
            tries.count_wrong_password(session, attempt)
        raise WrongCredentials
    return attempt
