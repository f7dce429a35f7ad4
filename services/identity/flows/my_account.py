"""Changes of one's own account that ask for the current password (A-12, A-15)."""

from collections.abc import Mapping

from chassis.web.request_context import person, reading, writing
from services.identity.flows import confirmation_mails, current_password
from services.identity.hashing import password_policy
from services.identity.models import emails
from services.identity.models.accounts import Account
from services.identity.queries import accounts
from services.identity.use_cases import account_details, contact_emails, deactivation, erasure, login_emails
from services.identity.web import current_request


def change_details(changes: Mapping[str, object], seen: int, password_now: str | None) -> Account:
    """Change names, postal address and contact e-mail; another contact e-mail needs the current password (A-16).

    Raise CurrentPasswordNeeded, AccountChangedMeanwhile, ContactEmailAskedTooOften, AddressWrittenTooOften, and
    the refusals of current_password.check.
    """
    proof = current_password.check(password_now) if password_now and "contact_email" in changes else None
    contact_email = str(changes.get("contact_email", ""))
    with writing() as session:
        # What is read here holds below: a version that has changed since then is refused.
        if proof and accounts.wants_mail_to(session, person(), contact_email):
            confirmation_mails.count(session, contact_email)
        return account_details.change(
            session, current_request.holder(), changes, seen, current_request.origin(), proof=proof
        )


def request_contact_email_mail() -> None:
    """Have the awaited contact e-mail asked again to confirm itself. Raise the refusals of request_again, too."""
    with writing() as session:
        awaited = accounts.awaited_contact_email(session, person())
        if awaited:
            confirmation_mails.count(session, awaited)
        contact_emails.request_again(session, current_request.holder(), current_request.origin())


def change_password(password_now: str, new_password: str) -> None:
    """Replace the password. Raise the refusals of the policy and of current_password.check.

    The policy comes first: a new password that cannot be accepted costs no try.
    """
    with reading() as session:
        personal = accounts.personal_words(session, person())
    accepted = password_policy.accepted_password(new_password, personal)
    proof = current_password.check(password_now)
    # Hashed after the check: a wrong current password costs one hash and not two.
    password_hash = current_request.resources().hasher.hash(accepted)
    with writing() as session:
        account_details.change_password(session, proof, password_hash, current_request.origin())


def change_secret_question(password_now: str, question: str, answer: str) -> None:
    """Replace secret question and answer. Raise SecretAnswerTooShort and the refusals of current_password.check."""
    accepted = password_policy.accepted_answer(answer)
    proof = current_password.check(password_now)
    answer_hash = current_request.resources().hasher.hash(accepted)
    with writing() as session:
        account_details.change_secret_question(session, proof, question, answer_hash, current_request.origin())


def request_login_email(password_now: str, address: str) -> None:
    """Have a confirmation mailed to another login e-mail.

    Raise AddressWrittenTooOften, alike for an address that is taken, and the refusals of current_password.check.
    """
    proof, login_email = current_password.check(password_now), emails.login_email(address)
    with writing() as session:
        if not accounts.has_just_asked_for_login_email(session, person(), login_email):
            confirmation_mails.count(session, login_email)
        login_emails.request(session, proof, login_email, current_request.origin())


def deactivate(password_now: str) -> None:
    """Deactivate the account. Raise the refusals of current_password.check."""
    proof = current_password.check(password_now)
    with writing() as session:
        deactivation.deactivate_own(session, proof, current_request.origin())


def erase(password_now: str, second_factor: Mapping[str, str | None]) -> None:
    """Erase the account. `second_factor`: a `code` or a `recovery_code`, where the account has one.

    Raise the refusals of current_password.check and those of the second factor; its failed try is kept.
    """
    proof = current_password.check(password_now)
    with writing() as session:
        erasure.erase_own(
            session, proof, second_factor, current_request.resources().verifiers, current_request.origin()
        )
