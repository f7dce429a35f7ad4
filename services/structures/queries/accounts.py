"""Checks on the account of the caller."""

from sqlalchemy.orm import Session

from services.structures.errors.accounts import AccountErased
from services.structures.models.read_models import Person


def check_not_erased(session: Session, account_id: int) -> None:
    """Raise AccountErased: a token may outlive its account by minutes (A-15).

    The lock on the row is shared: it holds off the erasure, which writes the row, until the end of this transaction.
    Rows written by this transaction are then seen by the erasure, and emptied.
    """
    person = session.get(Person, account_id, with_for_update={"read": True})
    if person is not None and person.is_erased:
        raise AccountErased
