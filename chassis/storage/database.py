"""Two databases behind SQLAlchemy: PostgreSQL in deployment, SQLite (WAL) in the embedded default.

Transactions are opened at the outside only: by a route, the inbox, a worker's loop. Rules and use cases receive a
session.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import (
    URL,
    Dialect,
    Engine,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.pool import ConnectionPoolEntry

from chassis.ground.settings import DatabaseSettings, filled, revealed
from chassis.storage.transactions import committed

SQLITE_BUSY_MILLISECONDS = 10_000
TRUSTED_SECONDS = 1.0
"""Time after its return to the pool in which a connection is used without a ping."""
POSTGRESQL_CONNECTION = {
    "connect_timeout": 5,
    # A peer that vanished is noticed within seconds, not when the kernel gives up.
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
}

READ_ONLY = frozenset({"25006", "25P03"})
"""SQLSTATEs: a transaction that only reads, and one that the server ended because it was idle."""
OF_SURROUNDINGS = ("42", "53", "57", "58")
"""Classes of SQLSTATE: names and rights that are not there (yet), resources, an operator's act, the system."""

T = TypeVar("T")


class NotForWriting(Exception):
    """Fault of code that changes an object in a reading session."""


class _ReadingSession(Session):
    """Session that refuses to write: there may be no transaction to roll back."""


@event.listens_for(_ReadingSession, "before_flush")
def _refuse(*_: object) -> None:
    raise NotForWriting


class Database:
    """Database of one service: sessions to read, and sessions to write."""

    def __init__(self, url: str, password: str | None = None, authorities: Path | None = None) -> None:
        """Open the database at an address; with `authorities`, over TLS to a server whose certificate they signed."""
        self.url = url
        address = make_url(url)
        if password is not None:
            address = address.set(password=password)
        if authorities is not None:
            address = address.update_query_dict({"sslmode": "verify-full", "sslrootcert": str(authorities)})
        on_postgresql = address.get_backend_name() == "postgresql"
        self._reading, self.engine = _postgresql(address) if on_postgresql else _sqlite(address)
        # SQLite's plain BEGIN takes the write lock at the first write, and fails then if another session wrote before.
        self._writing = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")

    @classmethod
    def of(cls, settings: DatabaseSettings) -> "Database":
        password, authorities = revealed(settings.database_password), filled(settings.database_ca_file)
        return cls(settings.database_url, password, authorities)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that changes nothing; objects loaded in it stay readable after its end."""
        with _ReadingSession(self._reading) as session:
            yield session

    @contextmanager
    def reading_rows(self) -> Iterator[Connection]:
        """Open a connection for the most frequent reads, of rows: a session would cost as much as the read."""
        with self._reading.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that commits at its end, as transactions.committed says."""
        # Objects outlive the commit, since answers are made of them afterwards; expired ones would be read again.
        with Session(self._writing, expire_on_commit=False) as session, committed(session):
            yield session

    def connect_for_writing(self) -> Connection:
        """Return a connection with writing transactions, for a loop that keeps it."""
        return self._writing.connect()

    def dispose(self) -> None:
        self.engine.dispose()


def insert_into(session: Session, table: type[object]) -> postgresql.Insert | sqlite.Insert:
    """Return an insert that may say what happens on a conflict: each database has one of its own."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(table)


def insert_missing(
    session: Session, table: type[DeclarativeBase], rows: Sequence[Mapping[str, object]], key: InstrumentedAttribute[T]
) -> Sequence[T]:
    """Insert the rows whose primary key is not in the table yet, and return the value of `key` for these alone.

    A row that collides in another way is a fault: it must not pass for one that was there.
    """
    primary_key = list(inspect(table).primary_key)
    statement = insert_into(session, table).on_conflict_do_nothing(index_elements=primary_key)
    return session.scalars(statement.returning(key), rows).all()


def insert_or_lock(session: Session, table: type[T], rows: Sequence[Mapping[str, object]]) -> Sequence[T]:
    """Return the objects with the keys of `rows`, in their order, locked until the end of the transaction.

    Insert those that are missing. An update of the key to itself is what takes the lock, in the same statement.
    """
    key = inspect(table).primary_key[0]
    statement = insert_into(session, table).values(rows)
    statement = statement.on_conflict_do_update(index_elements=[key], set_={key: statement.excluded[key.name]})
    return session.scalars(statement.returning(table), execution_options={"populate_existing": True}).all()


def _postgresql(address: URL) -> tuple[Engine, Engine]:
    """Return an engine that reads without transactions, and one with them: on READ COMMITTED both see the same rows.

    A transaction costs two more round trips to the database, and a ping before each use a third: a connection in recent
    use is trusted. The pool is unbounded (`pool_size=0`), since each thread keeps the one connection it needs.
    """
    reading = create_engine(
        address,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        pool_size=0,
        pool_use_lifo=True,
        connect_args=dict(POSTGRESQL_CONNECTION),
    )

    event.listen(reading, "handle_error", _blame_surroundings, retval=True)

    @event.listens_for(reading, "checkin")
    def on_checkin(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(reading, "checkout")
    def on_checkout(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        idle = time.monotonic() - record.info.get("used_at", time.monotonic())
        if idle > TRUSTED_SECONDS and not _is_alive(reading.dialect, connection):
            # Not the connection alone: its neighbours in the pool were lost with it, as in a restart of the server.
            raise InvalidatePoolError

    return reading, reading.execution_options(isolation_level="READ COMMITTED")


def _blame_surroundings(context: ExceptionContext) -> OperationalError | None:
    """Turn a fault of the server's state into OperationalError: it is neither the statement's nor the event's.

    A server that became read-only keeps a connection that must go; tables and columns of another version of ours will
    be there once its migration has run.
    """
    state = getattr(context.original_exception, "sqlstate", None) or ""
    if state in READ_ONLY:
        context.is_disconnect = True
    elif not state.startswith(OF_SURROUNDINGS):
        return None
    return OperationalError(context.statement, None, context.original_exception, hide_parameters=True)


def _is_alive(dialect: Dialect, connection: DBAPIConnection) -> bool:
    try:
        return dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error:
        return False


def _sqlite(address: URL) -> tuple[Engine, Engine]:
    engine = create_engine(address, hide_parameters=True)
    _tune_sqlite(engine)
    return engine, engine


def _tune_sqlite(engine: Engine) -> None:
    """Make transactions explicit: a writer takes its lock at the start (BEGIN IMMEDIATE), and so waits for others."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={SQLITE_BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=FULL",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
