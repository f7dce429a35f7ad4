"""Two databases behind SQLAlchemy: PostgreSQL in deployment, SQLite (WAL) in the embedded default.

Only the edges open a transaction: a route, the inbox, a worker's loop. Rules and use cases are given a session.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Engine, Integer, MetaData, create_engine, event
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, mapped_column
from sqlalchemy.types import TypeDecorator

SQLITE_BUSY_MILLISECONDS = 10_000

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON().with_variant(JSONB, "postgresql")
BigInt = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[int, mapped_column(BigInt, primary_key=True, autoincrement=True)]
"""A row's own 64-bit number."""
BigId = Annotated[int, mapped_column(BigInt)]
"""The number of another row, perhaps of another service."""


def now() -> datetime:
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC on both databases (SQLite stores none of the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Conventions:
    """Mixed into each service's declarative base: how Python types are stored."""

    type_annotation_map = {
        datetime: UtcDateTime,
        dict[str, Any]: Json,
        list[str]: Json,
        list[int]: Json,
    }


def new_metadata() -> MetaData:
    return MetaData(naming_convention=_NAMES)


def wire_enum(values: type[Enum]) -> SqlEnum:
    """A column that stores the wire value of an enum as text."""
    return SqlEnum(
        values,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda kind: [m.value for m in kind],
    )


class Database:
    """One service's database: sessions that read, and sessions that write."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = create_engine(url, hide_parameters=True, pool_pre_ping=not url.startswith("sqlite"))
        if self.engine.dialect.name == "sqlite":
            _tune_sqlite(self.engine)
        self._writing = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that leaves no trace; what it loaded can be read after its end."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are committed at the end, all or, after an exception, none."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def dispose(self) -> None:
        self.engine.dispose()


def _tune_sqlite(engine: Engine) -> None:
    """Explicit transactions: a writer takes its lock at the start (BEGIN IMMEDIATE), so it waits instead of failing."""

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
