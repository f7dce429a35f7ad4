"""Whose password it is: the one place where a password that someone gives is compared (A-10, A-11)."""

from chassis.web.request_context import reading
from services.identity import errors, queries, use_cases
from services.identity.api.edge import evenly, origin, resources, writing_unnoticed


def must_be_right(login_email: str, password: str) -> use_cases.Attempt:
    """Raises TooBusy, and WrongCredentials: in the same time whether the address is unknown, the password wrong or
    sign-in locked. `password`: in its normal form."""
    pseudonyms, limit, who = resources().pseudonyms, resources().limits.wrong_passwords, origin()
    with reading() as session:
        facts = queries.sign_in_facts(session, login_email)
        keys = (facts.account_key or pseudonyms.stranger(login_email), pseudonyms.client(limit, who.address))
        standing = queries.standing(session, keys, limit)
    attempt = use_cases.Attempt(facts.account_id, facts.password_hash, *keys, limit, who)
    hasher = resources().hasher
    compare = hasher.pretend if standing.is_locked else hasher.matches
    if not compare(facts.password_hash, password, standing.rank, keys):
        with evenly("wrong_passwords"), writing_unnoticed() as session:
            use_cases.count_wrong_password(session, attempt)
        raise errors.WrongCredentials
    return attempt
