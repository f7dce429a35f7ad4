"""Activation of an account: read the link, hash, then consume the link (A-05, A-07, A-08)."""

from chassis.web.request_context import reading, writing
from services.identity.hashing import password_policy
from services.identity.models.accounts import Credentials
from services.identity.models.activation_links import ActivationLink
from services.identity.queries import open_links
from services.identity.use_cases import activation
from services.identity.web import current_request


def activate(token: str, password: str, secret_question: str, secret_answer: str) -> None:
    """Activate the account of a mailed link. Raise the link's refusals, or those of password and answer.

    Hashing is slow on purpose, and so happens outside of any transaction; the link is checked before it, so that a
    stranger without a link costs no hash, and again when it is consumed.
    """
    with reading() as session:
        _, account = open_links.find(session, ActivationLink, token)
    accepted = password_policy.accepted_password(password, account.personal_words)
    answer = password_policy.accepted_answer(secret_answer)
    hasher = current_request.resources().hasher
    credentials = Credentials(hasher.hash(accepted), secret_question, hasher.hash(answer))
    with writing() as session:
        activation.activate(session, token, credentials, current_request.origin())
