"""Erasing an account (A-15)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from chassis.events.erasure import erase_subject
from chassis.events.outbox import record
from chassis.ground.problems import Refusal
from services.identity.models import (
    AccountSession,
    ActivationLink,
    Happening,
    HistoryEntry,
    LoginEmailLink,
    Origin,
    RecoveryLink,
)
from services.identity.use_cases.history import remember
from services.identity.use_cases.holding import Proof, proved_account
from services.identity.use_cases.second_factors import forget_second_factors, own_account
from services.identity.use_cases.second_steps import prove_second_factor
from services.identity.verifiers import Verifiers

REMOVED: tuple[Any, ...] = (AccountSession, ActivationLink, RecoveryLink, LoginEmailLink)
"""What nothing is left of, beside second factors."""


def erase_own_account(
    session: Session, proof: Proof, shown: Mapping[str, Any], verifiers: Verifiers, origin: Origin
) -> Refusal | None:
    """`shown`: a second factor, where there is one; its refusal is returned, and to be committed (prove_second_factor).
    Raises SessionEnded, also for an account that is erased already, or CurrentPasswordWrong."""
    account = proved_account(session, proof)
    if refusal := prove_second_factor(session, account.id, shown, verifiers, origin):
        return refusal
    erase_account(session, account.id)
    return None


def erase_account(session: Session, account_id: int) -> None:
    """Of what happened to the account it is kept that it did, and when. Raises AccountUnknown, also for one that is
    erased already."""
    own_account(session, account_id).erase()
    _remove_what_it_had(session, account_id)
    remember(session, account_id, Happening.ERASED, Origin("", ""))
    record(session, "identity.account_erased.v1", {"account_id": account_id})
    erase_subject(session, account_id)


def _remove_what_it_had(session: Session, account_id: int) -> None:
    for kept in REMOVED:
        session.execute(delete(kept).where(kept.account_id == account_id))
    forget_second_factors(session, account_id)
    of_the_person = or_(HistoryEntry.account_id == account_id, HistoryEntry.done_by == account_id)
    session.execute(update(HistoryEntry).where(of_the_person).values(address="", device=""))
