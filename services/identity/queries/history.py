"""History of an account."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.storage.keyset import Page, newest_first
from services.identity.models.history import HistoryEntry


def page(session: Session, account_id: int, query: Mapping[str, Any]) -> Page:
    """Return a page of HistoryEntry, the newest first."""
    own = select(HistoryEntry).where(HistoryEntry.account_id == account_id)
    return newest_first(session, own, HistoryEntry.id, **query)
