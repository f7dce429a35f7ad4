"""Checks on accounts: the caller's, and those of people who ask for something."""

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.structures.errors.accounts import AccountDeactivated, AccountErased
from services.structures.errors.attachments import RequesterDeactivated
from services.structures.models.read_models import AccountStatus, Person


def check_active(session: Session, account_id: int) -> None:
    """Raise AccountErased or AccountDeactivated: a token may outlive its account by a moment (A-12, A-15).

    A person of whom identity's events have not arrived yet has just been activated. The lock on the row is shared: it
    holds off erasure and deactivation, which write the row, until the end of this transaction. Rows written by this
    transaction are then seen by the erasure, and emptied.
    """
    person = session.get(Person, account_id, with_for_update={"read": True})
    if person is not None and person.is_erased:
        raise AccountErased
    if person is not None and person.is_deactivated:
        raise AccountDeactivated


def check_none_deactivated(session: Session, account_ids: Collection[int]) -> None:
    """Raise RequesterDeactivated if one of the accounts is."""
    deactivated = Person.account_id.in_(account_ids), Person.status == AccountStatus.DEACTIVATED
    if session.scalar(select(exists().where(*deactivated))):
        raise RequesterDeactivated
