"""Changes of one's own account: details, password, secret question (A-12)."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.errors.passwords import CurrentPasswordNeeded
from services.identity.models.accounts import Account
from services.identity.models.history import Happening, Origin
from services.identity.models.recovery_links import RecoveryLink
from services.identity.use_cases import account_events, account_holder, contact_emails, history, links, sessions
from services.identity.use_cases.account_holder import Holder, Proof

PUBLISHED = frozenset({"last_name", "first_name", "contact_email"})
"""Details that other services keep."""


def change(
    session: Session,
    holder: Holder,
    changes: Mapping[str, object],
    seen: int,
    origin: Origin,
    *,
    proof: Proof | None = None,
) -> Account:
    """Change names, postal address and contact e-mail. `seen`: the version that the holder saw and changed.

    A contact e-mail that is not proved waits for its confirmation; the one in force withdraws it. Raise SessionEnded,
    AccountChangedMeanwhile, ContactEmailAskedTooOften, CurrentPasswordWrong if the password was changed since the
    `proof`, or CurrentPasswordNeeded for another contact e-mail without one: whoever holds the session alone must not
    lead the notices away (A-16).
    """
    account = (
        account_holder.lock_proven_account(session, proof) if proof else account_holder.lock_account(session, holder)
    )
    previous = account.contact_email
    changed = account.change_details(contact_emails.fields_of(account, changes), seen)
    if contact_emails.leads_notices_away(account, changed) and proof is None:
        raise CurrentPasswordNeeded(field="current_password")
    if changed - {contact_emails.AWAITED}:
        history.remember(session, account.id, Happening.DETAILS_CHANGED, origin)
    contact_emails.follow_up(session, account, changed, previous, origin)
    if changed & PUBLISHED:
        record(session, "identity.account_changed.v1", account_events.person_facts(account))
    return account


def change_password(session: Session, proof: Proof, password_hash: str, origin: Origin) -> None:
    """Change the password and end every other session (A-13). Raise SessionEnded or CurrentPasswordWrong."""
    account = account_holder.lock_proven_account(session, proof)
    # A thief of the old password may have begun a recovery, another login e-mail or a sign-in: all of them end.
    account.change_password(password_hash)
    links.supersede(session, RecoveryLink, account.id, now())
    sessions.end_all(session, account.id, except_session=proof.holder.session_id)
    record(session, "identity.password_changed.v1", account_events.safety_facts(account.id, origin))
    history.remember(session, account.id, Happening.PASSWORD_CHANGED, origin)


def change_secret_question(session: Session, proof: Proof, question: str, answer_hash: str, origin: Origin) -> None:
    """Change question and answer. Raise SessionEnded or CurrentPasswordWrong."""
    account = account_holder.lock_proven_account(session, proof)
    account.change_secret_question(question, answer_hash)
    record(session, "identity.secret_question_changed.v1", account_events.safety_facts(account.id, origin))
    history.remember(session, account.id, Happening.SECRET_QUESTION_CHANGED, origin)
