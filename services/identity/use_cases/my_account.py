"""Changing one's own account: details, password, secret question (A-12)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.models import Account, Happening, Origin, RecoveryLink
from services.identity.use_cases.history import remember
from services.identity.use_cases.holding import Holder, Proof, held_account, proved_account
from services.identity.use_cases.links import supersede_links
from services.identity.use_cases.sessions import end_sessions
from services.identity.use_cases.shared import person_facts

TOLD = frozenset({"last_name", "first_name", "contact_email"})
"""The details that other services keep."""


def change_details(session: Session, holder: Holder, changes: Mapping[str, Any], seen: int, origin: Origin) -> Account:
    """Names, postal address and contact e-mail; `seen`: the version that was changed. Raises SessionEnded or
    AccountChangedMeanwhile."""
    account = held_account(session, holder)
    previous = account.contact_email
    changed = account.change_details(changes, seen)
    if changed:
        remember(session, account.id, Happening.DETAILS_CHANGED, origin)
    if "contact_email" in changed:
        told = {"account_id": account.id, "previous_contact_email": previous}
        record(session, "identity.contact_email_changed.v1", told)
        remember(session, account.id, Happening.CONTACT_EMAIL_CHANGED, origin)
    if changed & TOLD:
        record(session, "identity.account_changed.v1", person_facts(account))
    return account


def change_password(session: Session, proof: Proof, password_hash: str, origin: Origin) -> None:
    """Ends every other session (A-13), and what a thief of the old password may have begun. Raises SessionEnded or
    CurrentPasswordWrong."""
    account = proved_account(session, proof)
    account.change_password(password_hash)
    supersede_links(session, RecoveryLink, account.id, now())
    end_sessions(session, account.id, except_session=proof.holder.session_id)
    record(session, "identity.password_changed.v1", {"account_id": account.id})
    remember(session, account.id, Happening.PASSWORD_CHANGED, origin)


def change_secret_question(session: Session, proof: Proof, question: str, answer_hash: str, origin: Origin) -> None:
    """Raises SessionEnded or CurrentPasswordWrong."""
    account = proved_account(session, proof)
    account.change_secret_question(question, answer_hash)
    record(session, "identity.secret_question_changed.v1", {"account_id": account.id})
    remember(session, account.id, Happening.SECRET_QUESTION_CHANGED, origin)
