"""Polling for the commits of other processes.

SQLite counts commits of other connections (PRAGMA data_version), so that a look at an idle database costs a few
microseconds; on PostgreSQL each look is a query.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TypeVar

from chassis.storage.database import Database

T = TypeVar("T")


def poll_until(read: Callable[[], T], database: Database, seconds: float, interval: float) -> T:
    """Return the first true result of `read`, or its last one after `seconds`.

    `read` runs every `interval` seconds, on SQLite only after a commit; it must depend on `database` alone.
    """
    until = time.monotonic() + seconds
    with _commit_counter(database) as count:
        # Counted before the read: a commit between the two then causes one read too many, never one too few.
        last_count, result = count(), read()
        while not result and time.monotonic() < until:
            time.sleep(interval)
            if (current_count := count()) is None or current_count != last_count:
                last_count, result = current_count, read()
        return result


@contextmanager
def _commit_counter(database: Database) -> Iterator[Callable[[], int | None]]:
    """Yield a function whose result changes with each commit; it returns None on databases without such a number."""
    if database.engine.dialect.name != "sqlite":
        yield lambda: None
        return
    # A connection outside the pool: one that waits must not keep a pooled one from requests that work.
    with closing(sqlite3.connect(database.engine.url.database or "")) as connection:
        yield lambda: connection.execute("PRAGMA data_version").fetchone()[0]
