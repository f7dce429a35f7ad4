"""Sign-in with a password: the one place where a stranger's password is compared (A-10, A-11)."""

from chassis.web.request_context import reading, writing
from services.identity.errors.sessions import WrongCredentials
from services.identity.hashing import password_policy
from services.identity.models.history import Origin
from services.identity.models.tries import (
    WRONG_PASSWORDS,
    WRONG_PASSWORDS_ON_DEVICE,
    Limit,
    account_key,
    device_key,
)
from services.identity.queries import sign_in_facts
from services.identity.queries.sign_in_facts import SignInFacts
from services.identity.use_cases import second_steps, sessions, tries
from services.identity.use_cases.second_steps import PendingSecondStep
from services.identity.use_cases.sessions import NewSession
from services.identity.use_cases.tries import Attempt
from services.identity.web import current_request


def sign_in(login_email: str, password: str, origin: Origin) -> NewSession | PendingSecondStep:
    """Open a session, or begin the second step for an account with second factors (A-14).

    Raise WrongCredentials or TooBusy.
    """
    normal = password_policy.normal_password(password)
    attempt = _check_password(login_email, normal, origin)
    fresh_hash = current_request.resources().hasher.refreshed(attempt.password_hash, normal)
    with writing() as session:
        # Checks the lock and the hash again: both may have changed during the comparison, outside of any transaction.
        account_id = tries.admit(session, attempt, fresh_hash)
        second_step = second_steps.begin(session, account_id)
        if second_step is not None:
            return second_step
        return sessions.begin(session, account_id, attempt.origin, current_request.resources().session_validity)


def _check_password(login_email: str, password: str, origin: Origin) -> Attempt:
    """Return the attempt if its password is right. `password`: in its normal form.

    Raise TooBusy, and WrongCredentials: in the same time whether the address is unknown, the password wrong or sign-in
    locked.
    """
    with reading() as session:
        facts = sign_in_facts.of(session, login_email, origin.device_tokens)
        attempt = Attempt(facts.account_id, facts.password_hash, _limits(facts, login_email, origin), origin)
        state = sign_in_facts.tries_state(session, attempt.limits)
    hasher = current_request.resources().hasher
    # While sign-in is locked nothing is compared: an answer, or its time, would tell a guesser the right password.
    compare = hasher.pretend if state.is_locked else hasher.matches
    if not compare(facts.password_hash, password, state.rank, attempt.keys):
        with current_request.padded("wrong_passwords"), current_request.writing_silently() as session:
            tries.count_wrong_password(session, attempt)
        raise WrongCredentials
    return attempt


def _limits(facts: SignInFacts, login_email: str, origin: Origin) -> dict[str, Limit]:
    """Return the limits of the attempt by key. From a known device strangers' tries do not count, nor it for them."""
    if facts.device is not None:
        return {device_key(facts.device): WRONG_PASSWORDS_ON_DEVICE}
    keys, of_client = current_request.resources().try_keys, current_request.resources().limits.wrong_passwords
    whose = keys.stranger(login_email) if facts.account_id is None else account_key(facts.account_id)
    return {whose: WRONG_PASSWORDS, keys.client(of_client, origin.address): of_client}
