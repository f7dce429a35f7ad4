"""Leader lock: one relay works for a service at a time, and it is woken when there is something to do.

On PostgreSQL it is an advisory lock, held by the very connection on which the relay works, so that a relay loses both
or neither. The death of a relay frees the lock at once, and the next one takes over at its next try.
"""

import time
from contextlib import suppress
from typing import Protocol, cast

import psycopg
from sqlalchemy import select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from chassis.events.outbox import OutboxRow
from chassis.storage.database import Database
from chassis.storage.polling import poll_until

STANDBY_SECONDS = 1.0
LOOK_SECONDS = 0.04
CHANNEL = "outbox"
LOCK = 4_741_747
"""Key of the advisory lock. The number is arbitrary: each service has a database of its own, so one key is enough."""
SERVER_KEEPALIVES = ("tcp_keepalives_idle = 5", "tcp_keepalives_interval = 2", "tcp_keepalives_count = 3")
"""Settings of the server's side: without them it keeps the lock of a vanished client for hours."""


class LeaderLock(Protocol):
    def acquire(self) -> Connection | None:
        """Return the connection to relay on, or None while another relay holds the lock. Can be called again."""

    def wait(self, seconds: float) -> None:
        """Wait until rows were recorded, at most `seconds`; without the lock, until the next try is due."""

    def release(self) -> None:
        """Close the connection, and let another relay take the lock."""


def leader_lock_of(database: Database) -> LeaderLock:
    return PostgresLeaderLock(database) if database.engine.dialect.name == "postgresql" else LocalLeaderLock(database)


class PostgresLeaderLock:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._is_leader = False

    def acquire(self) -> Connection | None:
        if self._connection is None:
            self._connection = self._connect()
        if not self._is_leader:
            self._is_leader = bool(self._connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}))
            # The lock belongs to the connection, not to the transaction: an open one would only hold back vacuum.
            self._connection.commit()
        return self._connection if self._is_leader else None

    def wait(self, seconds: float) -> None:
        if not self._is_leader or self._connection is None:
            time.sleep(STANDBY_SECONDS)
            return
        driver = cast("psycopg.Connection[object]", self._connection.connection.dbapi_connection)
        try:
            # A notification that came in since the last look is returned at once, so none is missed in between.
            for _ in driver.notifies(timeout=seconds, stop_after=1):
                return
        except psycopg.Error as error:
            raise OperationalError(None, None, error) from error

    def release(self) -> None:
        self._is_leader, connection, self._connection = False, self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.close()

    def _connect(self) -> Connection:
        connection = self._database.engine.connect()
        connection.detach()  # closing it must end it, and with it the lock
        for setting in SERVER_KEEPALIVES:
            connection.execute(text(f"SET {setting}"))
        connection.execute(text(f"LISTEN {CHANNEL}"))
        connection.commit()
        return connection


class LocalLeaderLock:
    """Lock on SQLite, without a rival, since the launcher starts one worker; new rows are found by polling."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def acquire(self) -> Connection:
        if self._connection is None:
            self._connection = self._database.connect_for_writing()
        return self._connection

    def wait(self, seconds: float) -> None:
        """Poll without a lock, so that an idle relay never makes a writer wait."""
        poll_until(self._has_unpositioned_rows, self._database, seconds, LOOK_SECONDS)

    def release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _has_unpositioned_rows(self) -> bool:
        with self._database.reading() as session:
            return session.scalar(select(OutboxRow.seq).where(OutboxRow.position.is_(None)).limit(1)) is not None
