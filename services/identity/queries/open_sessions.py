"""Open sessions (A-13)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from chassis.storage.compiled_reads import CompiledRead
from chassis.storage.keyset import Page, newest_first
from services.identity.errors.sessions import SessionEnded
from services.identity.models.sessions import AccountSession

_END_OF_SESSION = CompiledRead(
    select(AccountSession.ended_at, AccountSession.expires_at).where(
        AccountSession.id == bindparam("session_id"), AccountSession.account_id == bindparam("account_id")
    )
)


def is_open(connection: Connection, account_id: int, session_id: int) -> bool:
    """Return whether the session is open: from a row, without the object, as every request of a person asks."""
    rows = _END_OF_SESSION.rows(connection, account_id=account_id, session_id=session_id)
    return bool(rows) and rows[0].ended_at is None and now() < rows[0].expires_at


def family_hash(session: Session, account_id: int, session_id: int) -> str:
    """Return what names a session for good: its number may be another's one day. Raise SessionEnded."""
    own = AccountSession.id == session_id, AccountSession.account_id == account_id
    family = session.scalar(select(AccountSession.family_hash).where(*own))
    if family is None:
        raise SessionEnded
    return family


def page(session: Session, account_id: int, current: int, query: Mapping[str, Any]) -> Page:
    """Return a page of open sessions, the newest sign-in first. `current`: the session of this request (A-13)."""
    columns = select(
        AccountSession.id.label("session_id"),
        AccountSession.user_agent,
        AccountSession.address,
        AccountSession.created_at.label("opened_at"),
        AccountSession.last_used_at,
        AccountSession.expires_at,
        (AccountSession.id == current).label("is_current"),
    )
    own = AccountSession.account_id == account_id, AccountSession.ended_at.is_(None), AccountSession.expires_at > now()
    return newest_first(session, columns.where(*own), AccountSession.id, **query)
