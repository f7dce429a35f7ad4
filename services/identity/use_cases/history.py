"""Entries of the history, written in the transaction of the event itself."""

from sqlalchemy.orm import Session

from chassis.storage.database import now
from services.identity.models.history import Happening, HistoryEntry, Origin


def remember(session: Session, account_id: int, what: Happening, origin: Origin, *, done_by: int | None = None) -> None:
    session.add(
        HistoryEntry(
            account_id=account_id,
            happened_at=now(),
            what=what,
            address=origin.address,
            device=origin.device,
            done_by=done_by,
        )
    )
