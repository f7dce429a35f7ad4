"""Waiting for what somebody else commits.

SQLite counts commits (PRAGMA data_version tells of those of other connections), so that at rest a look costs a few
microseconds; elsewhere each look is a query.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TypeVar

from chassis.storage.database import Database

T = TypeVar("T")


def poll_until(found: Callable[[], T], database: Database, seconds: float, every: float) -> T:
    """What `found` returns once it is true, or after so many `seconds`; it looks into `database` alone."""
    until = time.monotonic() + seconds
    with _commits(database) as count:
        seen, result = count(), found()
        while not result and time.monotonic() < until:
            time.sleep(every)
            if (committed := count()) is None or committed != seen:
                seen, result = committed, found()
        return result


@contextmanager
def _commits(database: Database) -> Iterator[Callable[[], int | None]]:
    """How many there were, as a number that says nothing by itself; None where nobody counts."""
    if database.engine.dialect.name != "sqlite":
        yield lambda: None
        return
    # Beside the pool: whoever waits must not keep a connection from those who work.
    with closing(sqlite3.connect(database.engine.url.database or "")) as connection:
        yield lambda: connection.execute("PRAGMA data_version").fetchone()[0]
