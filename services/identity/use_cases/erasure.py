"""Erasure of an account (A-15)."""

from collections.abc import Mapping

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from chassis.events.erasure import erase_subject
from chassis.events.outbox import record
from services.identity.factors.verifiers import Verifiers
from services.identity.models.activation_links import ActivationLink
from services.identity.models.contact_email_links import ContactEmailLink
from services.identity.models.history import Happening, HistoryEntry, Origin
from services.identity.models.known_devices import KnownDevice
from services.identity.models.login_email_links import LoginEmailLink
from services.identity.models.mailed_links import MailedLink
from services.identity.models.recovery_links import RecoveryLink
from services.identity.models.sessions import AccountSession
from services.identity.use_cases import (
    account_holder,
    history,
    locks,
    second_factor_tries,
    second_factors,
    second_steps,
    sessions,
)
from services.identity.use_cases.account_holder import Proof

REMOVED: tuple[type[AccountSession | KnownDevice | MailedLink], ...] = (
    AccountSession,
    KnownDevice,
    ActivationLink,
    RecoveryLink,
    LoginEmailLink,
    ContactEmailLink,
)
"""Tables emptied of the account, beside those of second factors."""


def erase_own(
    session: Session, proof: Proof, second_factor: Mapping[str, str | None], verifiers: Verifiers, origin: Origin
) -> None:
    """Erase the account of the holder. `second_factor`: a second factor, if the account has one.

    Raise SessionEnded, also for an account that is erased already, CurrentPasswordWrong, or the refusals of
    second_steps.require_factor.
    """
    tries = second_factor_tries.of_holder(session, proof.holder, second_factor, origin)
    account = account_holder.lock_proven_account(session, proof)
    second_steps.require_factor(session, tries, second_factor, verifiers)
    erase(session, account.id)


def erase(session: Session, account_id: int) -> None:
    """Erase an account. Its history keeps the events and their times. Raise AccountUnknown, also if erased already."""
    # Under the account's lock: of two erasures at once, the second finds it erased.
    locks.account(session, account_id).erase()
    sessions.end_all(session, account_id)
    _remove_what_it_had(session, account_id)
    history.remember(session, account_id, Happening.ERASED, Origin("", ""))
    record(session, "identity.account_erased.v1", {"account_id": account_id})
    erase_subject(session, account_id)


def _remove_what_it_had(session: Session, account_id: int) -> None:
    for table in REMOVED:
        session.execute(delete(table).where(table.account_id == account_id))
    second_factors.delete_all(session, account_id)
    # Acts on others' accounts, as operator or manager, carry the person's address and device as well.
    of_the_person = or_(HistoryEntry.account_id == account_id, HistoryEntry.done_by == account_id)
    session.execute(update(HistoryEntry).where(of_the_person).values(address="", device=""))
