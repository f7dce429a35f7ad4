"""Bounds on what costs somebody else: mails to others, calls to outside systems, other people's numbers.

A route declares its bounds as it declares its guard. They hold for all processes of a service: a request is counted in
the database before it is carried out, and given back when it is refused.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from flask import request
from sqlalchemy import String, delete, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.exceptions import HTTPException

from chassis.events.outbox import ChassisBase
from chassis.ground.clock import now
from chassis.ground.problems import Refusal
from chassis.storage.column_types import BigId
from chassis.storage.database import insert_into
from chassis.web.request_context import CurrentService, current_service, person

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class TooOften(Refusal):
    status, code, sentence = 429, "too_often", "This was done too often; try again later."

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.headers = {"Retry-After": str(seconds)}


def per_account() -> str:
    return f"account {person()}"


def per_account_and_structure() -> str:
    return f"account {person()} structure {(request.view_args or {})['structure_id']}"


def per_address() -> str:
    """Return the key of a caller without an account: a pseudonym of the client's network."""
    return f"address {current_service().pseudonyms.of_client(request.remote_addr or '')}"


@dataclass(frozen=True)
class Bound:
    """Bound of `most` requests of `what` within a window of time; the setting GUICHET_BOUNDS may say another number."""

    what: str
    most: int
    within: timedelta
    per: Callable[[], str] = per_account
    counts_refused: bool = False
    """True where a refused request has cost somebody something already."""


class CountedRow(ChassisBase):
    """Requests of one kind by one caller, in the window that began last."""

    __tablename__ = "bounded_requests"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    began_at: Mapped[BigId]
    """Beginning of the window, in seconds since 1970."""
    ends_at: Mapped[BigId] = mapped_column(index=True)
    number: Mapped[int]


@contextmanager
def held(bounds: Sequence[Bound], service: CurrentService) -> Iterator[None]:
    """Count the request towards each bound, and give it back if it is refused. Raises TooOften."""
    if not bounds:
        yield
        return
    keys = {bound: f"{bound.what} {bound.per()}" for bound in bounds}
    moment = int(now().timestamp())
    with service.database.writing() as session:
        # Windows that are over end before any row is counted, and so locked: of two requests at once, none waits for
        # the other's rows in turn.
        session.execute(delete(CountedRow).where(CountedRow.ends_at <= moment))
        for bound, key in keys.items():
            number, ends_at = _count(session, key, moment, bound.within)
            if number > service.bounds.get(bound.what, bound.most):
                # The transaction is taken back: what is refused here does not count.
                raise TooOften(ends_at - moment)
    try:
        yield
    except (Refusal, HTTPException):  # of the second kind is input that cannot be parsed
        with service.database.writing() as session:
            for bound, key in keys.items():
                if not bound.counts_refused:
                    _give_back(session, key)
        raise


def _count(session: Session, key: str, moment: int, within: timedelta) -> tuple[int, int]:
    """Count a request in its window, or in one that begins now; return the number and the end of the window."""
    ends_at = moment + int(within.total_seconds())
    statement = insert_into(session, CountedRow).values(key=key, began_at=moment, ends_at=ends_at, number=1)
    counted = statement.on_conflict_do_update(
        index_elements=[CountedRow.key], set_={"number": CountedRow.number + 1}
    ).returning(CountedRow.number, CountedRow.ends_at)
    number, until = session.execute(counted).one()
    return number, until


def _give_back(session: Session, key: str) -> None:
    of_this = CountedRow.key == key
    session.execute(update(CountedRow).where(of_this).values(number=CountedRow.number - 1))
    session.execute(delete(CountedRow).where(of_this, CountedRow.number <= 0))
