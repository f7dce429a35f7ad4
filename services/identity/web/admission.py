"""Admission of a caller with a valid token: the session may have ended all the same (A-13)."""

from chassis.calls.tokens import Caller
from chassis.storage.database import Database
from services.identity.queries import open_sessions


def is_admitted(database: Database, caller: Caller) -> bool:
    """Return whether the caller's session is still open; services have none, and are always admitted.

    Only identity checks this, where the account can be changed. Elsewhere a token outlives its session by some minutes
    (A-13).
    """
    if caller.account_id is None:
        return True
    with database.reading_rows() as connection:
        return open_sessions.is_open(connection, caller.account_id, int(caller.session_id or 0))
