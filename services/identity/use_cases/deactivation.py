"""Deactivation of an account, and its reactivation (A-12)."""

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.models.history import Happening, Origin
from services.identity.models.recovery_links import RecoveryLink
from services.identity.use_cases import account_events, account_holder, history, links, locks, sessions
from services.identity.use_cases.account_holder import Proof


def deactivate(session: Session, account_id: int, origin: Origin, *, done_by: int | None = None) -> None:
    """Deactivate the account and end every session. Raise AccountUnknown or AccountNotActive.

    `done_by`: the operator, if it is not the holder.
    """
    locks.account(session, account_id).deactivate()
    sessions.end_all(session, account_id)
    links.supersede(session, RecoveryLink, account_id, now())
    # An operator's device is nothing to the holder.
    facts = {"account_id": account_id} if done_by else account_events.safety_facts(account_id, origin)
    record(session, "identity.account_deactivated.v1", facts)
    history.remember(session, account_id, Happening.DEACTIVATED, origin, done_by=done_by)


def deactivate_own(session: Session, proof: Proof, origin: Origin) -> None:
    """Deactivate for the holder. Raise SessionEnded or CurrentPasswordWrong."""
    deactivate(session, account_holder.lock_proven_account(session, proof).id, origin)


def reactivate(session: Session, account_id: int, origin: Origin, *, done_by: int | None = None) -> None:
    """Reactivate for an operator: the holder cannot sign in to ask. Raise AccountUnknown or AccountNotDeactivated."""
    locks.account(session, account_id).reactivate()
    record(session, "identity.account_reactivated.v1", {"account_id": account_id})
    history.remember(session, account_id, Happening.REACTIVATED, origin, done_by=done_by)
