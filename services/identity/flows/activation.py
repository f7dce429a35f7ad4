"""Activation of an account: read the link, hash, then consume the link (A-05, A-07, A-08)."""

from sqlalchemy.orm import Session

from chassis.web.request_context import reading, writing
from services.identity.errors.my_account import AddressWrittenTooOften
from services.identity.flows import confirmation_mails
from services.identity.hashing import password_policy
from services.identity.models.accounts import Credentials
from services.identity.models.activation_links import ActivationLink
from services.identity.queries import accounts, open_links
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
        contact_email = _contact_email_to_ask(session, account.id)
        activation.activate(session, token, credentials, current_request.origin(), contact_email_to_ask=contact_email)


def _contact_email_to_ask(session: Session, account_id: int) -> str | None:
    """Return the contact e-mail to be confirmed, if it may be written to; whoever activates is not refused for it."""
    contact_email = accounts.contact_email_to_prove(session, account_id)
    try:
        if contact_email:
            confirmation_mails.count(session, contact_email)
    except AddressWrittenTooOften:
        return None
    return contact_email
