"""Deactivating an account, and taking that back (A-12)."""

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.models import Happening, Origin, RecoveryLink
from services.identity.use_cases.history import remember
from services.identity.use_cases.holding import Proof, proved_account
from services.identity.use_cases.links import supersede_links
from services.identity.use_cases.sessions import end_sessions
from services.identity.use_cases.shared import locked_account_of_number


def deactivate_account(session: Session, account_id: int, origin: Origin, *, done_by: int | None = None) -> None:
    """Ends every session. `done_by`: the operator, where it is not the holder. Raises AccountUnknown or
    AccountNotActive."""
    locked_account_of_number(session, account_id).deactivate()
    end_sessions(session, account_id)
    supersede_links(session, RecoveryLink, account_id, now())
    record(session, "identity.account_deactivated.v1", {"account_id": account_id})
    remember(session, account_id, Happening.DEACTIVATED, origin, done_by=done_by)


def deactivate_own_account(session: Session, proof: Proof, origin: Origin) -> None:
    """Raises SessionEnded or CurrentPasswordWrong."""
    deactivate_account(session, proved_account(session, proof).id, origin)


def reactivate_account(session: Session, account_id: int, origin: Origin, *, done_by: int | None = None) -> None:
    """For operators: the holder cannot sign in to ask. Raises AccountUnknown, AccountNotDeactivated."""
    locked_account_of_number(session, account_id).reactivate()
    record(session, "identity.account_reactivated.v1", {"account_id": account_id})
    remember(session, account_id, Happening.REACTIVATED, origin, done_by=done_by)
