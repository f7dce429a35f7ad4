"""Transactions that some refusals pass through without undoing them."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from chassis.ground.problems import Refusal


@contextmanager
def committed(session: Session) -> Iterator[None]:
    """Commit what is done in `session` at the end, all or, after an exception, nothing.

    A refusal with `keeps` is no failure: its consequences are committed. It is raised only after the commit, so that
    nobody is refused with a count that was then lost.
    """
    passing: Refusal | None = None
    with session.begin():
        try:
            yield
        except Refusal as refusal:
            if not refusal.keeps:
                raise
            passing = refusal
    if passing is not None:
        raise passing
