"""An empty, migrated database per test, of the kind that this run of the tests was asked for with `--database`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, MetaData, event, select

from chassis.storage import migrations
from chassis.storage.database import Database

SQLITE, POSTGRESQL = KINDS = ("sqlite", "postgresql")

MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory. SQLite is the same there, without the wait for a disk after each transaction."""

_kind = SQLITE


@contextmanager
def fresh_database(service: str) -> Iterator[str]:
    """Its URL; the database is gone at the end."""
    if _kind == POSTGRESQL:
        # Only now: what speaks to containers takes its time to load.
        with import_module("tests.containers.postgres").lent_database(service) as url:
            yield url
    else:
        with TemporaryDirectory(dir=in_memory()) as folder:
            path = Path(folder) / f"{service}.db"
            path.write_bytes(_migrated(service))
            yield f"sqlite:///{path}"


def in_memory() -> Path | None:
    """Return a folder whose files are in memory; None, for the usual temporary folder, where the machine has none."""
    return MEMORY if os.access(MEMORY, os.W_OK) else None


@cache
def _migrated(service: str) -> bytes:
    """An SQLite file to copy: copying it takes a tenth of the time that making it takes."""
    with TemporaryDirectory(dir=in_memory()) as folder:
        path = Path(folder) / f"{service}.db"
        migrations.migrate(service, f"sqlite:///{path}")
        assert [one.name for one in Path(folder).iterdir()] == [path.name]
        return path.read_bytes()


def choose(kind: str) -> None:
    global _kind
    _kind = kind


@contextmanager
def chosen(kind: str) -> Iterator[None]:
    """For tests that are about one kind, whatever the run was asked for."""
    before = _kind
    choose(kind)
    try:
        yield
    finally:
        choose(before)


def address(database: Database) -> str:
    """The whole URL, for another process."""
    return database.engine.url.render_as_string(hide_password=False)


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What is sent to any database meanwhile, with its parameters, in order."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def everything_in(database: Database) -> str:
    """Every row of every table, as text: where to look for what must be kept nowhere."""
    tables = MetaData()
    with database.engine.connect() as connection:
        tables.reflect(connection)
        return "\n".join(str(row) for table in tables.sorted_tables for row in connection.execute(select(table)))
