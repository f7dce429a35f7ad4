"""Recovery of a forgotten password: request, secret answer, new password (A-09)."""

from collections.abc import Sequence

from chassis.web.request_context import reading, writing
from services.identity.errors.recovery import RecoveryAnswerWrong, RecoveryLinkBurnt
from services.identity.hashing import password_policy
from services.identity.models import emails
from services.identity.models.recovery_links import RecoveryLink
from services.identity.models.tries import SECRET_ANSWERS, account_key
from services.identity.queries import open_links
from services.identity.use_cases import recovery, tries
from services.identity.web import current_request


def request(address: str) -> None:
    """Have a recovery mail sent; the same for every address, as far as a stranger can see (A-10)."""
    with current_request.padded("recoveries"), current_request.writing_silently() as session:
        recovery.request(session, emails.login_email(address), current_request.origin())


def recover(token: str, secret_answer: str, password: str) -> None:
    """Set a new password. Raise the link's refusals, those of password and answer, or AccountNotActive."""
    with reading() as session:
        _, account = open_links.find(session, RecoveryLink, token)
    accepted = password_policy.accepted_password(password, account.personal_words)
    _check_answer(account.id, token, password_policy.answers_to_compare(secret_answer))
    password_hash = current_request.resources().hasher.hash(accepted)
    with writing() as session:
        # Tries come before the account, here as everywhere: another order of locks could end in a deadlock.
        tries.forgive(session, account_key(account.id), account_key(account.id, SECRET_ANSWERS))
        recovery.complete(session, token, password_hash, current_request.origin())


def _check_answer(account_id: int, token: str, forms: Sequence[str]) -> None:
    """Count a try, then compare the forms of the answer (A-11).

    Raise TooManySecretAnswers, RecoveryLinkBurnt or RecoveryAnswerWrong.

    Comparing is slow on purpose and so outside of any transaction; counting first keeps answers that are sent at once
    from sharing a try.
    """
    with writing() as session:
        tries.count(session, SECRET_ANSWERS, account_key(account_id, SECRET_ANSWERS))
        answer_hash = recovery.begin_try(session, token)
    if any(current_request.resources().hasher.matches(answer_hash, form) for form in forms):
        return
    with writing() as session:
        is_burnt = recovery.note_wrong_answer(session, token, current_request.origin())
    raise RecoveryLinkBurnt if is_burnt else RecoveryAnswerWrong(field="secret_answer")
