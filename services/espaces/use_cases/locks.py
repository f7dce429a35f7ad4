"""Checks and inserts that hold also when transactions race."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.ground.problems import Refusal
from services.espaces.errors.structures import NotAttached
from services.espaces.models.openings import Opening
from services.espaces.models.read_models import Person
from services.espaces.models.subscriptions import Subscription


def check_not_erased(session: Session, account_id: int) -> None:
    """Raise NotAttached for an erased account: a token may outlive its account by minutes (A-15).

    The lock on the row is shared: it holds off the erasure, which writes the row, until the end of this transaction.
    Rows written by this transaction are then seen by the erasure, and emptied.
    """
    person = session.get(Person, account_id, with_for_update={"read": True})
    if person is not None and person.is_erased:
        raise NotAttached


def insert_unique(session: Session, rows: Sequence[Opening | Subscription], *, refusal: type[Refusal]) -> None:
    """Insert the rows, or raise the refusal if another transaction was faster with one of them."""
    session.add_all(rows)
    try:
        session.flush()
    except IntegrityError as error:
        raise refusal from error
